package io.centroid.export;

import io.centroid.checkpoint.safetensors.SafetensorsReader;
import io.centroid.checkpoint.safetensors.SafetensorsWriter;
import io.centroid.checkpoint.safetensors.Tensor;
import io.centroid.data.InputShape;
import io.centroid.data.TargetScaling;
import io.centroid.data.csv.TableSchema;
import io.centroid.dl4j.SequentialDescription;
import io.centroid.error.InputErrors;
import io.centroid.error.InputException;
import io.centroid.export.verify.LanguageOutputs;
import io.centroid.export.verify.LearnerOutputs;
import io.centroid.export.verify.Outputs;
import io.centroid.io.HadoopFiles;
import io.centroid.io.Json;
import io.centroid.io.storage.AtomicDirectory;
import io.centroid.model.TrainedModel;
import io.centroid.nn.Architecture;
import io.centroid.nn.NetworkSpec;
import io.centroid.nn.ParameterLayout;
import io.centroid.nn.gpt2.Gpt2Layout;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.hadoop.fs.Path;

/**
 * {@code model.safetensors} with the names and shapes of PyTorch's modules: {@code nn.Sequential}
 * of {@code nn.Linear}, {@code nn.Conv2d} and so on, or {@code transformers}' GPT-2. The file's
 * metadata names the module and the normalization of its inputs.
 */
final class TorchFormat implements FormatWriter {
  static final String FILE = "model.safetensors";

  private final TrainedModel model;
  private final float[] parameters;
  private final ParameterLayout layout;
  private final Map<String, String> names;
  private final Map<String, String> metadata = new TreeMap<>();

  /**
   * Creates a writer.
   *
   * @param parameters parameters of a network that predicts in the unit of its targets
   */
  TorchFormat(TrainedModel model, float[] parameters) {
    this.model = model;
    this.parameters = parameters;
    NetworkSpec network = model.network();
    metadata.put("format", "pt");
    if (network.architecture() instanceof Architecture.Gpt2 gpt2) {
      layout = Gpt2Layout.of(gpt2.config(), gpt2.classifies() ? network.outputs() : 0);
      names = new TreeMap<>();
      layout.entries().forEach(entry -> names.put(entry.name(), entry.name()));
      metadata.put(
          "module",
          "transformers."
              + (gpt2.classifies() ? "GPT2ForSequenceClassification" : "GPT2LMHeadModel"));
    } else {
      layout = network.layout();
      TorchModule module = TorchModule.of(SequentialDescription.of(model.path(), network));
      names = module.names();
      metadata.put("module", module.code());
      InputShape shape = network.input();
      metadata.put("input", "(batch, " + shape.size() + "), (x - mean) * scale of raw values");
      metadata.put("mean", java.util.Arrays.toString(model.normalization().mean()));
      metadata.put("scale", java.util.Arrays.toString(model.normalization().scale()));
      TableSchema table = model.table();
      if (table != null) {
        metadata.put(TableSchema.COLUMNS, Json.line(table.features()));
        metadata.put(TableSchema.TARGET, table.target());
      }
    }
    model.requireLayout(layout);
  }

  private String name(ParameterLayout.Entry entry) {
    String name = names.get(entry.name());
    if (name == null) {
      throw new InputException(
          model.path() + ": tensor " + entry.name() + " has no counterpart in PyTorch");
    }
    return name;
  }

  @Override
  public void write(AtomicDirectory.Draft target) throws IOException {
    List<Stored> tensors =
        layout.entries().stream()
            .map(entry -> new Stored(name(entry), entry, parameters))
            .sorted(Comparator.comparing(Stored::name))
            .toList();
    target.write(
        FILE,
        stream -> {
          OutputStream out = new BufferedOutputStream(stream, 1 << 16);
          SafetensorsWriter.write(out, tensors, metadata);
          out.flush();
        });
  }

  @Override
  public Outputs open(HadoopFiles files, Path folder) throws IOException {
    Path file = new Path(folder, FILE);
    float[] read = new float[parameters.length];
    try (SafetensorsReader reader = SafetensorsReader.open(files.fileSystem(file), file)) {
      for (ParameterLayout.Entry entry : layout.entries()) {
        List<Long> shape = reader.tensor(name(entry)).shape();
        if (!shape.equals(entry.shape())) {
          throw InputErrors.of(
              file.toString(), name(entry), entry.shape().toString(), shape.toString());
        }
        reader.readFloats(name(entry), read, Math.toIntExact(entry.offset()));
      }
    }
    NetworkSpec network = model.network();
    if (network.architecture() instanceof Architecture.Gpt2 gpt2 && !gpt2.classifies()) {
      return LanguageOutputs.of(gpt2.config(), read);
    }
    return LearnerOutputs.of(network, model.normalization().withTargets(TargetScaling.NONE), read);
  }

  private record Stored(String name, ParameterLayout.Entry entry, float[] parameters)
      implements Tensor {
    @Override
    public List<Long> shape() {
      return entry.shape();
    }

    @Override
    public void read(long from, float[] into, int count) {
      System.arraycopy(parameters, Math.toIntExact(entry.offset() + from), into, 0, count);
    }
  }
}
