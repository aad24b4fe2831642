package io.centroid.fuzz.parsers;

import io.centroid.checkpoint.Manifest;
import io.centroid.cluster.ClusterState;
import io.centroid.data.InputShape;
import io.centroid.export.ExportJson;
import io.centroid.fuzz.Bound;
import io.centroid.fuzz.FuzzTarget;
import io.centroid.fuzz.PartFormat;
import io.centroid.huggingface.GenerationDefaults;
import io.centroid.huggingface.Gpt2ConfigJson;
import io.centroid.model.Activation;
import io.centroid.model.Architecture;
import io.centroid.model.Dl4jJson;
import io.centroid.model.Loss;
import io.centroid.model.NetworkSpec;
import io.centroid.run.RunResult;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;

/** Files of JSON that are read as a whole. */
final class JsonTargets {
  private static final Architecture.Mlp MLP = new Architecture.Mlp(List.of(3), Activation.RELU);
  private static final String SHA256 = "0".repeat(64);

  private JsonTargets() {}

  static FuzzTarget manifest() {
    String json =
        """
        {"format": 1, "step": 10, "round": 1, "seed": 42,
         "position": {"epoch": 0, "stepInEpoch": 10}, "configurationHash": "cafe", "writerEpoch": 1,
         "writtenAt": "2026-01-01T00:00:00Z",
         "files": {"parameters.safetensors": {"bytes": 20, "sha256": "%s"},
                   "state.safetensors": {"bytes": 8, "sha256": "%s"}},
         "metrics": {"validation.loss": 0.5}, "versions": {"java": "17"},
         "model": {"name": "mlp"}, "data": {}, "training": {"workers": 2},
         "layout": [{"name": "0.W", "shape": [2, 2], "role": "weight"}]}
        """
            .formatted(SHA256, SHA256);
    return target(
        Bound.TREE,
        List.of(
            "\"layout\"",
            "\"shape\"",
            "\"files\"",
            "../x",
            "/x",
            "parameters.safetensors",
            SHA256,
            "\"bytes\"",
            "2026-01-01T00:00:00Z",
            "+1000000000-12-31T23:59:59Z"),
        content -> Manifest.parse("manifest.json", content).toJson(),
        json);
  }

  static FuzzTarget config() {
    String model =
        """
        {"model_type": "gpt2", "architectures": ["GPT2LMHeadModel"], "activation_function": "gelu_new",
         "n_layer": 2, "n_head": 2, "n_embd": 4, "n_positions": 5, "n_ctx": 5, "vocab_size": 7,
         "embd_pdrop": 0.1, "attn_pdrop": 0.2, "layer_norm_epsilon": 1e-05, "eos_token_id": 6,
         "task_specific_params": {"a": [1, null, 2.5]}, "n_inner": null}
        """;
    String classifier =
        """
        {"model_type": "gpt2", "architectures": ["GPT2ForSequenceClassification"], "n_layer": 1,
         "n_head": 1, "n_embd": 2, "n_positions": 5, "vocab_size": 7, "num_labels": 2,
         "id2label": {"0": "no", "1": "yes"}, "label2id": {"no": 0, "yes": 1}}
        """;
    return target(
        Bound.TREE,
        List.of(
            "\"n_layer\"",
            "\"n_embd\"",
            "\"num_labels\"",
            "\"id2label\"",
            "\"n_inner\"",
            "gelu_pytorch_tanh",
            "\"tie_word_embeddings\": false,",
            "GPT2ForSequenceClassification"),
        content -> Gpt2ConfigJson.parse("config.json", content).withEndOfText(1).toJson(),
        model,
        classifier);
  }

  static FuzzTarget generation() {
    return target(
        Bound.TREE,
        List.of("\"eos_token_id\": [1, 2],", "\"top_k\": ", "\"max_new_tokens\": ", "50256"),
        content -> GenerationDefaults.parse("generation_config.json", content),
        """
        {"_from_model_config": true, "bos_token_id": 50256, "eos_token_id": 50256, "do_sample": true,
         "temperature": 0.7, "top_k": 40, "top_p": 0.9, "repetition_penalty": 1.2,
         "max_new_tokens": 20, "max_length": 100}
        """);
  }

  static FuzzTarget cluster() {
    return target(
        Bound.TREE,
        List.of("\"role\"", "namenode", "\"ports\"", "\"process\"", "\"options\"", "\"daemons\""),
        content -> ClusterState.parse("cluster.json", content),
        """
        {"options": {"workers": 1, "datanodes": 1, "coresPerWorker": 1, "workerMemory": "1g"},
         "daemons": [
           {"name": "namenode", "role": "namenode", "ports": {"rpc": 1, "http": 2},
            "process": {"pid": 4711, "startMillis": 1}},
           {"name": "master", "role": "master", "ports": {"rpc": 3, "http": 4}}]}
        """);
  }

  static FuzzTarget result() {
    return target(
        Bound.TREE,
        List.of("\"validation\"", "\"test\"", "\"peakMemory\"", "\"step\""),
        content -> RunResult.parse("result.json", content),
        """
        {"runDir": "r", "step": 10, "rounds": 1, "epochs": 1, "examples": 5, "examplesPerSecond": 1.5,
         "localSteps": 10, "computeShare": 0.5, "bytesUp": 1, "bytesDown": 2, "parametersSha256": "00",
         "validation": {"loss": 0.5, "accuracy": 1}, "test": {}, "bestStep": 10,
         "peakMemory": {"driver": {"heap": 1, "native": 2}, "workers": {"heap": 1, "native": 2, "resident": 5}}}
        """);
  }

  static FuzzTarget export() {
    return target(
        Bound.TREE,
        List.of(
            "\"files\"",
            "../x",
            "\"shape\"",
            "\"labels\"",
            "\"verification\"",
            "torch-safetensors",
            "\"mean\": [",
            SHA256),
        content -> ExportJson.toJson(ExportJson.parse("export.json", content)),
        """
        {"formatVersion": 1, "format": "onnx", "weights": "fp32", "cache": false,
         "architecture": "mlp", "task": "classification", "opset": 17, "irVersion": 8,
         "source": {"path": "runs/a/checkpoints/step-00000010", "parametersSha256": "%s"},
         "inputs": [{"name": "input", "type": "float32", "shape": ["batch", "784"]}],
         "outputs": [{"name": "probabilities", "type": "float32", "shape": ["batch", "10"]}],
         "preprocessing": {"inside": true, "shape": [1, 28, 28], "mean": [0.0], "scale": [0.0039]},
         "labels": ["0", "1"], "files": {"model.onnx": {"bytes": 20, "sha256": "%s"}},
         "verification": {"source": "10 examples", "real": true, "examples": 10, "values": 100,
           "maxDifference": 1e-7, "tolerance": 1e-5, "agreement": 1.0,
           "before": {"accuracy": 0.9, "loss": 0.1}, "after": {"accuracy": 0.9, "loss": 0.1}}}
        """
            .formatted(SHA256, SHA256));
  }

  /** Networks of DL4J's, described but not made: making one takes the memory that it asks for. */
  static FuzzTarget dl4j() {
    return target(
        new Bound(8 << 20, 4000),
        List.of(
            "\"@class\": ",
            "org.deeplearning4j.nn.conf.layers.OutputLayer",
            "org.nd4j.linalg.learning.config.Adam",
            "java.lang.Object",
            "org.nd4j.linalg.dataset.DataSet",
            "\"confs\"",
            "\"vertices\"",
            "\"layer\"",
            "\"nin\"",
            "\"nout\"",
            "\"iUpdater\"",
            "\"backpropType\"",
            "TruncatedBPTT",
            "\"l2\""),
        content -> Dl4jJson.check("network.json", new String(content, StandardCharsets.UTF_8)),
        Dl4jJson.of(spec(InputShape.row(4)), MLP),
        Dl4jJson.of(
            spec(new InputShape(1, 8, 8)),
            new Architecture.Cnn(List.of(2), 3, List.of(3), Activation.TANH)),
        new String(resource("graph.json"), StandardCharsets.UTF_8));
  }

  private static NetworkSpec spec(InputShape input) {
    return new NetworkSpec(MLP, input, 3, Loss.CROSS_ENTROPY, 1);
  }

  private static byte[] resource(String name) {
    try (InputStream stream = JsonTargets.class.getResourceAsStream(name)) {
      return Objects.requireNonNull(stream, name).readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static FuzzTarget target(
      Bound bound, List<String> dictionary, FileTarget.Parser parser, String... seeds) {
    return new FileTarget(
        PartFormat.JSON,
        bound,
        dictionary,
        java.util.Arrays.stream(seeds).map(Text::bytes).toList(),
        parser);
  }
}
