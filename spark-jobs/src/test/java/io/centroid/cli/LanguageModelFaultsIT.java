package io.centroid.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Errors of damaged models and checkpoints. */
class LanguageModelFaultsIT extends LanguageFaults {
  private static final String WEIGHTS = "DIR/model/model.safetensors: ";

  /** A modification of model.safetensors and the expected message. */
  record Damage(String name, UnaryOperator<byte[]> change, String message) {
    @Override
    public String toString() {
      return name;
    }

    static Damage header(String name, UnaryOperator<String> change, String message) {
      return new Damage(name, file -> withHeader(file, change), message);
    }

    static Damage declared(String name, Function<byte[], Long> length, String message) {
      return new Damage(
          name,
          file -> {
            byte[] changed = file.clone();
            little(changed).putLong(length.apply(file));
            return changed;
          },
          "safetensors header length at byte 0: expected at most 16744 (file of 16752 bytes), found"
              + " "
              + message);
    }
  }

  static Stream<Damage> damages() {
    String first = "tensor \"transformer.h.0.attn.c_attn.bias\" ";
    String second = "tensor \"transformer.h.0.attn.c_attn.weight\"";
    String output = "tensor \"transformer.h.0.mlp.c_proj.weight\" shape";
    return Stream.of(
        new Damage(
            "empty", file -> new byte[0], "safetensors: expected at least 8 bytes, found 0 bytes"),
        new Damage(
            "cut in the header",
            file -> Arrays.copyOf(file, 100),
            "safetensors header length at byte 0: expected at most 92 (file of 100 bytes), found"
                + " 1448"),
        new Damage(
            "cut in the data",
            file -> Arrays.copyOf(file, file.length - 10),
            "tensor \"transformer.wte.weight\" data_offsets: expected begin <= end <= 15286 (bytes"
                + " of data in the file), found [14272, 15296]"),
        new Damage(
            "longer than its tensors",
            file -> Arrays.copyOf(file, file.length + 4),
            "data of all tensors: expected 15300 bytes after the header, found 15296 described"),
        Damage.declared("a header beyond the file", file -> (long) file.length, "16752"),
        Damage.declared("a header of a terabyte", file -> 1L << 40, "1099511627776"),
        Damage.declared("a negative header", file -> -1L, "18446744073709551615"),
        Damage.header(
            "no JSON",
            json -> "{" + json,
            "safetensors header is not the expected JSON at line 1 column 3: Unexpected character"
                + " ('{' (code 123)): was expecting double-quote to start field name"),
        Damage.header(
            "a name twice",
            json -> json.replace("h.0.ln_1.weight", "h.0.ln_1.bias"),
            "safetensors header is not the expected JSON at line 1 column 513: Duplicate field"
                + " 'transformer.h.0.ln_1.bias'"),
        Damage.header(
            "a missing tensor",
            json -> json.replace("h.0.ln_1.weight", "h.0.ln_9.weight"),
            "no tensor named \"transformer.h.0.ln_1.weight\", which DIR/model/config.json"
                + " requires"),
        Damage.header(
            "a type of integers",
            json -> json.replaceFirst("F32", "I32"),
            first + "type: expected F32, F16, BF16 or F64, found I32"),
        Damage.header(
            "another shape",
            json -> json.replace("[64,16]", "[16,64]"),
            output + ": expected [64, 16] (DIR/model/config.json), found [16, 64]"),
        Damage.header(
            "a shape that is not the span",
            json -> json.replace("[64,16]", "[64,17]"),
            output + " [64, 17] of F32: expected 4352 bytes, found 4096 bytes"),
        Damage.header(
            "a negative shape",
            json -> json.replace("[64,16]", "[-64,-16]"),
            output + ": expected no negative number, found -64"),
        Damage.header(
            "tensors that overlap",
            json -> json.replace("[192,3264]", "[188,3260]"),
            second + " begins: expected data offset 192 (no overlap, no gap), found 188"),
        Damage.header(
            "a hole between tensors",
            json -> json.replace("[192,3264]", "[196,3268]"),
            second + " begins: expected data offset 192 (no overlap, no gap), found 196"));
  }

  @ParameterizedTest
  @MethodSource("damages")
  void rejectsDamagedWeights(Damage damage) throws IOException {
    Path model = folder.resolve("model");
    Path weights = model.resolve("model.safetensors");
    Files.write(weights, damage.change.apply(Files.readAllBytes(weights)));
    String message = WEIGHTS + damage.message;
    rejects(message, "generate", model, "--prompt", "the");
    rejects(message, "evaluate", model, "--data", folder.resolve("corpus"), LOCAL);
    rejects(message, train(folder.resolve("corpus"), "model.init-from=" + model));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          "n_layer": 1      | "n_layer": 2      | DIR/model/model.safetensors: no tensor named "transformer.h.1.ln_1.weight", which DIR/model/config.json requires
          "n_embd": 16      | "n_embd": 32      | DIR/model/model.safetensors: tensor "transformer.h.0.attn.c_attn.bias" shape: expected [96] (DIR/model/config.json), found [48]
          "vocab_size": 16  | "vocab_size": 99  | DIR/model/model.safetensors: tensor "transformer.wte.weight" shape: expected [99, 16] (DIR/model/config.json), found [16, 16]
          "n_head": 2       | "n_head": 3       | DIR/model/config.json: key n_embd: expected a multiple of n_head 3, found 16
          "n_positions": 16 | "n_positions": 8  | DIR/model/model.safetensors: tensor "transformer.wpe.weight" shape: expected [8, 16] (DIR/model/config.json), found [16, 16]
          "n_layer": 1      | "n_layer": 1e9    | DIR/model/config.json: key n_layer: expected an integer, found 1.0E9
          "n_embd": 16      | "n_embd": 2000000 | DIR/model/config.json: key n_embd: expected 1 to 1048576, found 2000000
          "attn_pdrop": 0.0 | "attn_pdrop": 1.5 | DIR/model/config.json: key attn_pdrop: expected 0 to below 1, found 1.5
          "model_type": "gpt2" | "model_type": "llama" | DIR/model/config.json: key model_type: expected gpt2, as of GPT-2, DistilGPT2, DialoGPT or Cerebras-GPT (a model of another family is another network and cannot be converted), found the string "llama"
          "vocab_size": 16  | "vocab_size":     | DIR/model/config.json: is not the expected JSON at line LINE column COLUMN: Unexpected character ('}' (code 125)): expected a valid value (JSON String, Number, Array, Object or token 'null', 'true' or 'false')
          """,
      quoteCharacter = '\0')
  void rejectsConfigurationsThatDoNotMatchTheWeights(String from, String to, String message)
      throws IOException {
    Path config = folder.resolve("model").resolve("config.json");
    String json = Files.readString(config);
    assertThat(json).contains(from);
    Files.writeString(config, json.replace(from, to));
    rejects(message, "generate", folder.resolve("model"), "--prompt", "the");
    rejects(
        message, "evaluate", folder.resolve("model"), "--data", folder.resolve("corpus"), LOCAL);
    rejects(
        message,
        train(
            folder.resolve("corpus"),
            "model.init-from=" + folder.resolve("model"),
            "model.gpt2.size=init"));
  }

  @Test
  void rejectsMissingOrDamagedModelFiles() throws IOException {
    Path model = folder.resolve("model");
    Files.writeString(model.resolve("tokenizer.json"), "{");
    String broken =
        "DIR/model/tokenizer.json: is not the expected JSON at line 1 column 2: Unexpected"
            + " end-of-input: expected close marker for Object";
    rejects(broken, "generate", model, "--prompt", "the");
    rejects(broken, "evaluate", model, "--data", folder.resolve("corpus"), LOCAL);
    Files.delete(model.resolve("tokenizer.json"));
    Files.delete(model.resolve("tokenizer_config.json"));
    rejects(
        "DIR/model: there is no tokenizer next to the model (tokenizer.json, or vocab.json and"
            + " merges.txt); --tokenizer names one",
        "generate",
        model,
        "--prompt",
        "the");
    Files.delete(model.resolve("model.safetensors"));
    rejects(
        "DIR/model: weights: expected model.safetensors or model.safetensors.index.json, found"
            + " none",
        "generate",
        model,
        "--prompt",
        "the");
  }

  @ParameterizedTest
  @ValueSource(strings = {"parameters.safetensors", "tokenizer.json"})
  void rejectsDamagedCheckpoints(String name) throws IOException {
    Path checkpoint = folder.resolve("run").resolve("checkpoints").resolve("step-00000002");
    Path file = checkpoint.resolve(name);
    byte[] bytes = Files.readAllBytes(file);
    bytes[bytes.length - 1] ^= 1;
    Files.write(file, bytes);
    String place = "file:DIR/run/checkpoints";
    String message =
        place + "/step-00000002/" + name + ": SHA-256: expected HASH (manifest.json), found HASH";
    rejects(message, "generate", checkpoint, "--prompt", "the");
    rejects(
        place
            + ": no checkpoint verifies; move the checkpoints away to start over; the oldest: "
            + message,
        "generate",
        folder.resolve("run"),
        "--prompt",
        "the");
    Files.delete(file);
    rejects(
        place + "/step-00000002/" + name + ": missing, but listed in manifest.json",
        "generate",
        checkpoint,
        "--prompt",
        "the");
  }

  private static byte[] withHeader(byte[] file, UnaryOperator<String> change) {
    ByteBuffer bytes = little(file);
    byte[] header = new byte[Math.toIntExact(bytes.getLong())];
    bytes.get(header);
    byte[] changed =
        change.apply(new String(header, StandardCharsets.UTF_8)).getBytes(StandardCharsets.UTF_8);
    ByteBuffer all = little(new byte[8 + changed.length + bytes.remaining()]);
    return all.putLong(changed.length).put(changed).put(bytes).array();
  }

  private static ByteBuffer little(byte[] bytes) {
    return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }
}
