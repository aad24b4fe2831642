package io.centroid.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Errors of invalid model settings and of mismatched corpora and models. */
class LanguageSettingsFaultsIT extends LanguageFaults {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          model.gpt2.size=tiny          | model.gpt2.size must be one of custom, small, medium, large, xl, init: tiny (--set model.gpt2.size)
          model.gpt2.size=init          | model.init-from must name a model when model.gpt2.size is init: "" (reference.conf: line LINE)
          model.gpt2.layer=2            | --set model.gpt2.layer: unknown key model.gpt2.layer; the nearest known one is model.gpt2.layers
          model.gpt2.layers=0           | model.gpt2.layers must be a whole number from 1 to 10000: 0 (--set model.gpt2.layers)
          model.gpt2.layers=100000000   | model.gpt2.layers must be a whole number from 1 to 10000: 100000000 (--set model.gpt2.layers)
          model.gpt2.heads=0            | model.gpt2.heads must be a whole number from 1 to 1048576: 0 (--set model.gpt2.heads)
          model.gpt2.width=15           | model.gpt2.width must be a multiple of model.gpt2.heads, 2: 15 (--set model.gpt2.width)
          model.gpt2.width=200000000    | model.gpt2.width must be a whole number from 1 to 1048576: 200000000 (--set model.gpt2.width)
          model.gpt2.width=65536        | model.gpt2 must have at most 2,147,483,639 parameters: 51,542,687,744
          model.gpt2.positions=0        | model.gpt2.positions must be a whole number from 1 to 16777216: 0 (--set model.gpt2.positions)
          model.gpt2.positions=2000000000 | model.gpt2.positions must be a whole number from 1 to 16777216: 2000000000 (--set model.gpt2.positions)
          model.gpt2.dropout=1          | model.gpt2.dropout must be from 0 to below 1, or empty: 1 (--set model.gpt2.dropout)
          model.gpt2.dropout=1.5        | model.gpt2.dropout must be from 0 to below 1, or empty: 1.5 (--set model.gpt2.dropout)
          model.gpt2.dropout=-0.1       | model.gpt2.dropout must be from 0 to below 1, or empty: -0.1 (--set model.gpt2.dropout)
          model.gpt2.dropout=some       | model.gpt2.dropout must be a number: some (--set model.gpt2.dropout)
          model.gpt2.vocabulary=3       | DIR/corpus: its tokenizer has 16 tokens, expected at most 3 as model.gpt2 has
          data.block=17                 | data.block must be at most the model's positions, 16: 17
          data.block=-1                 | data.block must be a whole number from 0 to 2147483647: -1 (--set data.block)
          train.workers=1000            | train.workers must be at most the number of examples, 146: 1000
          train.micro-batch=-1          | train.micro-batch must be a whole number from 0 to 2147483647: -1 (--set train.micro-batch)
          compute.engine=dl4j           | compute.engine must be auto, cpu or torch when model.name is gpt2: dl4j
          compute.device=cuda           | compute.device = cuda needs the GPU build of an engine on the class path, found none: mvn -Pcuda package makes it (docs/gpu.md)
          model.loss=mean-squared-error | model.loss must be cross-entropy when model.name is gpt2: mean-squared-error (--set model.loss)
          data.path=DIR/text            | DIR/text: no such file or directory
          data.path=DIR/model/config.json | DIR/model/config.json: is a file, expected the folder that prepare wrote
          """)
  void rejectsInvalidModelSettings(String setting, String message) {
    rejects(message, train(folder.resolve("corpus"), setting.replace("DIR", folder.toString())));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          train-00000.bin      | flip   | DIR/corpus/train-00000.bin: expected SHA-256 HASH as in manifest.json, found HASH
          validation-00000.bin | flip   | DIR/corpus/validation-00000.bin: expected SHA-256 HASH as in manifest.json, found HASH
          train-00000.bin      | cut    | DIR/corpus/train-00000.bin: expected 4248 bytes as in manifest.json, found 4247
          train-00000.bin      | delete | DIR/corpus/train-00000.bin: expected 4248 bytes as in manifest.json, found no such file
          tokenizer.json       | cut    | DIR/corpus/tokenizer.json: expected SHA-256 HASH as in manifest.json, found HASH
          tokenizer.json       | delete | DIR/corpus/tokenizer.json: no such file or directory
          manifest.json        | cut    | DIR/corpus/manifest.json: is not the expected JSON at line LINE column COLUMN: Unexpected end-of-input: expected close marker for Object
          """)
  void rejectsDamagedCorpora(String name, String damage, String message) throws IOException {
    Path file = folder.resolve("corpus").resolve(name);
    byte[] bytes = Files.readAllBytes(file);
    switch (damage) {
      case "flip" -> {
        bytes[100] ^= 1;
        Files.write(file, bytes);
      }
      case "cut" -> {
        int end = bytes[bytes.length - 1] == '\n' ? bytes.length - 1 : bytes.length;
        Files.write(file, Arrays.copyOf(bytes, end - 1));
      }
      default -> Files.delete(file);
    }
    rejects(message, train(folder.resolve("corpus")));
    rejects(message, "evaluate", folder.resolve("run"), "--data", folder.resolve("corpus"), LOCAL);
  }

  @Test
  void rejectsTextsShorterThanABlock() throws IOException {
    prepare("ab ".repeat(5), folder.resolve("short"));
    String training = "DIR/short: 13 training tokens, expected at least 17 for a block of 16";
    rejects(training, train(folder.resolve("short")));
    rejects(training, "evaluate", folder.resolve("run"), "--data", folder.resolve("short"), LOCAL);

    prepare("the cat ".repeat(15), folder.resolve("held"));
    String validation =
        "DIR/held: 12 validation tokens, expected none or at least 17 for a block of 16";
    rejects(validation, train(folder.resolve("held")));
    rejects(validation, "evaluate", folder.resolve("run"), "--data", folder.resolve("held"), LOCAL);

    prepare(TEXT, folder.resolve("none"), "--validation-split", "0");
    rejects(
        "DIR/none: found no validation examples; choose another --part",
        "evaluate",
        folder.resolve("run"),
        "--data",
        folder.resolve("none"),
        LOCAL);
  }

  @Test
  void rejectsMismatchedTokenizers() throws IOException {
    Path other = folder.resolve("other");
    prepare(TEXT.replace('c', 'k').repeat(40), other);
    rejects(
        "DIR/other: its tokenizer is not that of file:DIR/run/checkpoints/step-00000002, expected"
            + " the same tokens",
        "evaluate",
        folder.resolve("run"),
        "--data",
        other,
        LOCAL);
    String message = "DIR/other: its tokenizer is not that of DIR/model, expected the same tokens";
    rejects(message, "evaluate", folder.resolve("model"), "--data", other, LOCAL);
    rejects(
        message,
        train(other, "model.init-from=" + folder.resolve("model"), "model.gpt2.size=init"));

    prepare(TEXT.replace("cat", "fox").repeat(40), folder.resolve("larger"));
    rejects(
        "DIR/larger: its tokenizer has 17 tokens, expected at most 16 as DIR/model has",
        "evaluate",
        folder.resolve("model"),
        "--data",
        folder.resolve("larger"),
        LOCAL);
    rejects(
        "DIR/model: its tokenizer has 17 tokens, the model 16",
        "generate",
        folder.resolve("model"),
        "--tokenizer",
        folder.resolve("larger"),
        "--prompt",
        "the");
  }

  @Test
  void rejectsModelsOfTheWrongKind() {
    Path digits = made.resolve("digits");
    String checkpoint = "file:" + digits + "/checkpoints/step-00000002";
    rejects(
        checkpoint + " is not a language model; use predict", "generate", digits, "--prompt", "x");
    rejects(
        checkpoint + " is not a GPT-2 model, the only kind that --to huggingface supports",
        "export",
        digits,
        "--to",
        "huggingface",
        "--out",
        folder.resolve("new"));
    rejects(
        "data.format must be tokens or texts when model.name is gpt2: digits (--set data.format)",
        "evaluate",
        folder.resolve("run"),
        "--format",
        "digits",
        "--data",
        "x",
        LOCAL);
    rejects(
        "DIR/corpus: found no test files to predict",
        "predict",
        folder.resolve("run"),
        "--data",
        folder.resolve("corpus"),
        "--out",
        folder.resolve("new"),
        LOCAL);
    rejects(
        "DIR/nowhere: no checkpoint; expected a run's folder or a checkpoint's",
        "generate",
        folder.resolve("nowhere"),
        "--prompt",
        "x");
    rejects(
        "DIR/model: tensor 0 is transformer.wte.weight [16, 16], expected transformer.wte.weight"
            + " [16, 32]",
        train(
            folder.resolve("corpus"),
            "model.init-from=" + folder.resolve("model"),
            "model.gpt2.width=32"));
  }
}
