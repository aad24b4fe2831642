package io.centroid.export;

import io.centroid.data.InputShape;
import io.centroid.data.csv.TableSchema;
import io.centroid.dl4j.LayerSpec;
import io.centroid.dl4j.SequentialDescription;
import io.centroid.error.InputException;
import io.centroid.export.graph.Gpt2Graph;
import io.centroid.export.graph.GraphWeights;
import io.centroid.export.graph.LayersGraph;
import io.centroid.export.verify.OnnxOutputs;
import io.centroid.export.verify.Outputs;
import io.centroid.io.HadoopFiles;
import io.centroid.io.Json;
import io.centroid.io.storage.AtomicDirectory;
import io.centroid.model.TrainedModel;
import io.centroid.nn.Architecture;
import io.centroid.nn.Loss;
import io.centroid.nn.NetworkSpec;
import io.centroid.nn.ParameterLayout;
import io.centroid.nn.gpt2.Gpt2Config;
import io.centroid.nn.gpt2.Gpt2Layout;
import io.centroid.onnx.OnnxGraph;
import io.centroid.onnx.OnnxLanguageModel;
import io.centroid.onnx.OnnxModel;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.fs.Path;

/** {@code model.onnx} and the tokenizer's files. */
final class OnnxFormat implements FormatWriter {
  private static final String FLOAT = "float32";
  private static final String INTEGER = "int64";

  /** Number of threads of ONNX Runtime during verification. */
  private static final int THREADS = 1;

  private final TrainedModel model;
  private final float[] parameters;
  private final ExportRequest request;
  private final List<String> labels;

  OnnxFormat(TrainedModel model, float[] parameters, ExportRequest request, List<String> labels) {
    this.model = model;
    this.parameters = parameters;
    this.request = request;
    this.labels = labels;
    if (request.cache() && !isLanguage()) {
      throw new InputException(
          model.path() + " is not a language model; --cache applies to language models only");
    }
  }

  private boolean isLanguage() {
    return model.network().architecture() instanceof Architecture.Gpt2 gpt2 && !gpt2.classifies();
  }

  @Override
  public boolean preprocesses() {
    return true;
  }

  @Override
  public void write(AtomicDirectory.Draft target) throws IOException {
    OnnxGraph graph = new OnnxGraph("centroid");
    if (model.network().architecture() instanceof Architecture.Gpt2 gpt2) {
      gpt2(graph, gpt2);
    } else {
      layers(graph);
    }
    target.write(
        OnnxModel.FILE,
        stream -> {
          OutputStream out = new BufferedOutputStream(stream, 1 << 16);
          graph.writeTo(out);
          out.flush();
        });
    for (Map.Entry<String, byte[]> file : model.tokenizerFiles().entrySet()) {
      target.write(file.getKey(), file.getValue());
    }
  }

  private void gpt2(OnnxGraph graph, Architecture.Gpt2 gpt2) {
    Gpt2Config config = gpt2.config();
    int classes = gpt2.classifies() ? model.network().outputs() : 0;
    ParameterLayout layout = Gpt2Layout.of(config, classes);
    model.requireLayout(layout);
    GraphWeights weights = new GraphWeights(graph, request.weights(), layout, parameters);
    new Gpt2Graph(graph, weights, config, request.cache(), classes).build();
    graph.metadata("architecture", "gpt2");
    graph.metadata("task", (classes > 0 ? Task.CLASSIFICATION : Task.LANGUAGE).key());
    graph.metadata(OnnxLanguageModel.MAX_TOKENS, String.valueOf(config.positions()));
    graph.metadata("vocabulary", String.valueOf(config.vocabulary()));
    graph.metadata("tokenizer", String.join(",", model.tokenizerFiles().keySet()));
    labels(graph);
  }

  private void layers(OnnxGraph graph) {
    NetworkSpec network = model.network();
    List<LayerSpec> layers = SequentialDescription.of(model.path(), network);
    ParameterLayout layout = network.layout();
    model.requireLayout(layout);
    GraphWeights weights = new GraphWeights(graph, request.weights(), layout, parameters);
    new LayersGraph(graph, weights, network).build(layers, model.normalization());
    InputShape shape = network.input();
    graph.metadata("architecture", network.architecture().name());
    graph.metadata(
        "task", (network.loss().classifies() ? Task.CLASSIFICATION : Task.REGRESSION).key());
    graph.metadata("shape", shape.channels() + "," + shape.height() + "," + shape.width());
    TableSchema table = model.table();
    if (table != null) {
      graph.metadata(TableSchema.COLUMNS, Json.line(table.features()));
      graph.metadata(TableSchema.TARGET, table.target());
    }
    labels(graph);
  }

  private void labels(OnnxGraph graph) {
    if (!labels.isEmpty()) {
      graph.metadata("labels", Json.line(labels));
    }
  }

  @Override
  public Outputs open(HadoopFiles files, Path folder) {
    OnnxModel opened = OnnxModel.open(files, new Path(folder, OnnxModel.FILE), THREADS);
    try {
      return outputs(opened);
    } catch (RuntimeException e) {
      opened.close();
      throw e;
    }
  }

  private Outputs outputs(OnnxModel opened) {
    if (isLanguage()) {
      return OnnxOutputs.ofLanguage(OnnxLanguageModel.of(opened));
    }
    return model.network().architecture() instanceof Architecture.Gpt2
        ? OnnxOutputs.ofClassifier(opened)
        : OnnxOutputs.ofLayers(opened, model.network().loss());
  }

  @Override
  public List<ExportDescription.Port> inputs() {
    if (!(model.network().architecture() instanceof Architecture.Gpt2 gpt2)) {
      String size = String.valueOf(model.network().input().size());
      return List.of(port(LayersGraph.INPUT, FLOAT, LayersGraph.BATCH, size));
    }
    List<ExportDescription.Port> ports = new ArrayList<>();
    ports.add(port(OnnxLanguageModel.IDS, INTEGER, "batch", "sequence"));
    if (gpt2.classifies()) {
      ports.add(port(OnnxLanguageModel.MASK, INTEGER, "batch", "sequence"));
    }
    if (request.cache()) {
      ports.add(port(OnnxLanguageModel.MASK, INTEGER, "batch", "past + sequence"));
      ports.add(port(OnnxLanguageModel.POSITIONS, INTEGER, "batch", "sequence"));
      for (int layer = 0; layer < gpt2.config().layers(); layer++) {
        for (String what : List.of("key", "value")) {
          ports.add(cached(OnnxLanguageModel.past(layer, what), gpt2.config(), "past"));
        }
      }
    }
    return ports;
  }

  private static ExportDescription.Port cached(String name, Gpt2Config config, String length) {
    return port(
        name,
        FLOAT,
        "batch",
        String.valueOf(config.heads()),
        length,
        String.valueOf(config.headWidth()));
  }

  @Override
  public List<ExportDescription.Port> outputs() {
    NetworkSpec network = model.network();
    if (isLanguage() && network.architecture() instanceof Architecture.Gpt2 gpt2) {
      List<ExportDescription.Port> ports = new ArrayList<>();
      ports.add(
          port(
              OnnxLanguageModel.LOGITS,
              FLOAT,
              "batch",
              "sequence",
              String.valueOf(gpt2.config().vocabulary())));
      if (request.cache()) {
        for (int layer = 0; layer < gpt2.config().layers(); layer++) {
          for (String what : List.of("key", "value")) {
            ports.add(
                cached(OnnxLanguageModel.present(layer, what), gpt2.config(), "past + sequence"));
          }
        }
      }
      return ports;
    }
    String outputs = String.valueOf(network.outputs());
    return network.loss() == Loss.MEAN_SQUARED_ERROR
        ? List.of(port(LayersGraph.OUTPUT, FLOAT, "batch", outputs))
        : List.of(
            port(LayersGraph.LOGITS, FLOAT, "batch", outputs),
            port(LayersGraph.PROBABILITIES, FLOAT, "batch", String.valueOf(network.classes())));
  }

  private static ExportDescription.Port port(String name, String type, String... shape) {
    return new ExportDescription.Port(name, type, List.of(shape));
  }
}
