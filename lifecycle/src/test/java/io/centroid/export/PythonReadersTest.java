package io.centroid.export;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.centroid.Pythons;
import io.centroid.data.Normalization;
import io.centroid.dl4j.Dl4jEngine;
import io.centroid.export.verify.LearnerOutputs;
import io.centroid.export.verify.VerificationData;
import io.centroid.generate.Sampling;
import io.centroid.generate.StopCriteria;
import io.centroid.generate.TokenListener;
import io.centroid.model.TrainedModel;
import io.centroid.nn.Activation;
import io.centroid.nn.Architecture;
import io.centroid.nn.CpuEngine;
import io.centroid.nn.Engines;
import io.centroid.nn.Loss;
import io.centroid.nn.NetworkSpec;
import io.centroid.onnx.OnnxModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Exports read by Python packages, if they are installed. */
class PythonReadersTest {
  private static final Normalization UNIT =
      new Normalization(new float[] {0}, new float[] {1 / 255f});
  private static final Path FIXTURE = Networks.SHARED.resolve("fixtures").resolve("gpt2-tiny");

  @TempDir private Path folder;

  @Test
  void onnxCheckerAcceptsAllVariants() throws Exception {
    String python = Pythons.with("onnx");
    List<Path> files = new ArrayList<>();
    for (WeightType weights : WeightType.values()) {
      for (Architecture architecture :
          List.of(
              new Architecture.Mlp(List.of(16), Activation.GELU),
              new Architecture.Cnn(List.of(4, 6), 3, List.of(8), Activation.RELU))) {
        files.add(onnx(network(architecture), weights, false));
      }
      files.add(onnx(TextClassifierOnnxTest.classifier(), weights, false));
      if (Files.exists(FIXTURE)) {
        files.add(onnx(fixture(), weights, false));
        files.add(onnx(fixture(), weights, true));
      }
    }
    String printed =
        Pythons.run(
            python,
            """
            import onnx, sys
            for path in sys.argv[1:]:
                model = onnx.load(path)
                onnx.checker.check_model(model, full_check=True)
                assert model.ir_version == 8, model.ir_version
                assert [(o.domain, o.version) for o in model.opset_import] == [("", 17)]
                inferred = onnx.shape_inference.infer_shapes(model, strict_mode=True, data_prop=True)
                for stated, found in zip(model.graph.output, inferred.graph.output):
                    assert len(stated.type.tensor_type.shape.dim) > 0, stated
            print(len(sys.argv) - 1, "passed")
            """,
            files.stream().map(Path::toString).toArray(String[]::new));
    assertThat(printed).contains(files.size() + " passed");
  }

  @Test
  void transformersGeneratesTheSameText() throws Exception {
    String python = Pythons.with("torch, transformers");
    assumeTrue(Files.exists(FIXTURE), FIXTURE + " is not there");
    Path out = folder.resolve("huggingface");
    export(fixture(), out, ExportFormat.HUGGINGFACE);
    int[] prompt = {7454, 2402, 257, 640};
    int[] ours =
        CpuGpt2.generator(fixture())
            .generate(List.of(prompt), Sampling.GREEDY, StopCriteria.after(50), TokenListener.NONE)
            .get(0)
            .ids();
    String printed =
        Pythons.run(
            python,
            """
            import sys, torch
            from transformers import GPT2LMHeadModel
            model = GPT2LMHeadModel.from_pretrained(sys.argv[1]).eval()
            ids = torch.tensor([[7454, 2402, 257, 640]])
            out = model.generate(ids, attention_mask=torch.ones_like(ids), max_new_tokens=50, do_sample=False)
            print("ids", out[0].tolist())
            """,
            out.toString());
    assertThat(printed).contains("ids " + Arrays.toString(ours));
  }

  @Test
  void torchLoadsStateDictAndGivesTheSameOutputs() throws Exception {
    String python = Pythons.with("torch, safetensors.torch");
    TrainedModel model = network(new Architecture.Cnn(List.of(4), 5, List.of(8), Activation.RELU));
    Path out = folder.resolve("torch");
    export(model, out, ExportFormat.TORCH_SAFETENSORS);
    io.centroid.data.Examples examples =
        VerificationData.of(
                ExportRequest.of(
                    Networks.FILES, model, Networks.hadoop(out), ExportFormat.TORCH_SAFETENSORS),
                ExportListener.NONE)
            .examples();
    float[] rows = ((io.centroid.data.Features.Numbers) examples.features()).values();
    StringBuilder csv = new StringBuilder();
    for (int row = 0; row < 3; row++) {
      csv.append(Arrays.toString(Arrays.copyOfRange(rows, row * 784, (row + 1) * 784)))
          .append('\n');
    }
    Path inputs = folder.resolve("inputs.txt");
    Files.writeString(inputs, csv);
    String printed =
        Pythons.run(
            python,
            """
            import sys, json, torch
            from torch import nn
            from safetensors import safe_open
            from safetensors.torch import load_file
            with safe_open(sys.argv[1], "pt") as f:
                said = f.metadata()
            module = eval(said["module"])
            module.load_state_dict(load_file(sys.argv[1]))
            x = torch.tensor([json.loads(line) for line in open(sys.argv[2])])
            x = (x - torch.tensor(json.loads(said["mean"]))) * torch.tensor(json.loads(said["scale"]))
            print("outputs", json.dumps([round(v, 5) for v in module.eval()(x).flatten().tolist()]))
            """,
            out.resolve(TorchFormat.FILE).toString(),
            inputs.toString());
    float[] ours = LearnerOutputs.of(model.network(), UNIT, model.parameters()).of(examples, 0, 3);
    String[] theirs = printed.substring(printed.indexOf('[') + 1, printed.indexOf(']')).split(", ");
    assertThat(theirs).hasSize(30);
    for (int i = 0; i < 30; i++) {
      assertThat(Float.parseFloat(theirs[i]))
          .isCloseTo(ours[i], org.assertj.core.api.Assertions.within(2e-5f));
    }
  }

  private static TrainedModel network(Architecture architecture) {
    return Networks.untrained(
        new NetworkSpec(
            architecture,
            Networks.DIGITS,
            10,
            Loss.CROSS_ENTROPY,
            3,
            Engines.of(new CpuEngine(), new Dl4jEngine()).engine(architecture)),
        UNIT);
  }

  private static TrainedModel fixture() throws IOException {
    return TrainedModel.load(
        Networks.FILES, FIXTURE.toString(), false, Engines.of(new CpuEngine(), new Dl4jEngine()));
  }

  private Path onnx(TrainedModel model, WeightType weights, boolean cache) throws IOException {
    Path out = Files.createTempDirectory(folder, "onnx").resolve("out");
    ModelExporter.export(
        ExportRequest.of(Networks.FILES, model, Networks.hadoop(out), ExportFormat.ONNX)
            .withWeights(weights)
            .withCache(cache),
        ExportListener.NONE);
    return out.resolve(OnnxModel.FILE);
  }

  private static void export(TrainedModel model, Path out, ExportFormat format) throws IOException {
    ModelExporter.export(
        ExportRequest.of(Networks.FILES, model, Networks.hadoop(out), format), ExportListener.NONE);
  }
}
