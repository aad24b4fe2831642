package io.centroid.huggingface;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.centroid.error.InputException;
import io.centroid.generate.decoder.CpuDecoding;
import io.centroid.io.HadoopFiles;
import io.centroid.model.LanguageModel;
import io.centroid.model.TrainedModel;
import io.centroid.nn.Engines;
import io.centroid.nn.matrix.WeightFormat;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Folders with adapters, weights in other formats, other heads and other tokenizers. */
class OtherFormatsTest {
  private final HadoopFiles files = new HadoopFiles(new Configuration());

  @TempDir Path temporary;
  private SmallModel model;

  @BeforeEach
  void makeModel() throws IOException {
    model = new SmallModel(temporary.resolve("model"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"gpt_neo", "gptj", "gpt_neox", "opt", "llama"})
  void otherFamiliesAreNamedBeforeAnyConversion(String family) throws IOException {
    model.config(SmallModel.CONFIG_JSON.replace("\"gpt2\"", "\"" + family + "\""));
    model.file("pytorch_model.bin", "x");
    requireRejected(
        "/config.json: key model_type: expected gpt2, as of GPT-2, DistilGPT2, DialoGPT or"
            + " Cerebras-GPT (a model of another family is another network and cannot be"
            + " converted), found the string \""
            + family
            + "\"");
  }

  @Test
  void namesThatAShellInterpretsAreNotInTheCommand() throws IOException {
    model.file("x$(touch pwned).gguf", "GGUF");
    requireRejected("gguf_file='FILE')");
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void adaptersNameTheirBaseAndTheMerge(boolean whole) throws IOException {
    if (whole) {
      // transformers would load the base model, not these weights.
      model.whole();
    } else {
      Files.delete(model.folder.resolve("config.json"));
    }
    model.file(
        "adapter_config.json", "{\"peft_type\":\"LORA\",\"base_model_name_or_path\":\"x/gpt2\"}");
    requireRejected(
        "/adapter_config.json: a LoRA adapter of \"x/gpt2\", not a model: merge it with python3 -c"
            + " \"from peft import AutoPeftModelForCausalLM as M; M.from_pretrained('");
    requireRejected(
        "/model').merge_and_unload().save_pretrained('merged')\" and use the folder merged");
    model.file("adapter_config.json", "{\"peft_type\":\"PREFIX_TUNING\"}");
    requireRejected(
        "a PEFT (PREFIX_TUNING) adapter of an unnamed model, not a model, which cannot be merged");
    model.file("adapter_config.json", "{}");
    requireRejected("a LoRA adapter of an unnamed model, not a model: merge it");
    model.file("adapter_config.json", "{\"peft_type\": [1]}");
    requireRejected("/adapter_config.json: key peft_type: expected a string, found an array");
  }

  @ParameterizedTest
  @CsvSource({
    "pytorch_model.bin, 'a pickle, which runs code when it is loaded: if you trust it, convert'",
    "pytorch_model-00001-of-00002.bin, 'a pickle'",
    "pytorch_model.bin.index.json, 'a pickle'",
    "flax_model.msgpack, 'Flax weights: convert them with transformers 4 and python3 -c'",
    "tf_model.h5, 'TensorFlow weights: convert them with transformers 4 and python3 -c'",
    "gpt2.Q4_K_M.gguf, 'GGUF weights: convert them with python3 -c'",
    "model.onnx, 'an ONNX model, which only serve reads'"
  })
  void otherFormatsAreNamed(String file, String message) throws IOException {
    model.file(file, "x");
    requireRejected("/" + file + ": " + message);
    Files.delete(model.folder.resolve("config.json"));
    requireRejected("/" + file + ": " + message);
  }

  @Test
  void conversionsAreOneLine() throws IOException {
    model.file("a.gguf", "x");
    requireRejected(
        "convert them with python3 -c \"from transformers import AutoModelForCausalLM as M;"
            + " M.from_pretrained('"
            + model.folder
            + "', gguf_file='a.gguf').save_pretrained('"
            + model.folder
            + "')\", which writes model.safetensors");
  }

  @Test
  void otherNamesOfWeightsAreShown() throws IOException {
    model.shard("model.fp16.safetensors", List.copyOf(model.tensors.keySet()));
    requireRejected(
        "weights: expected model.safetensors or model.safetensors.index.json, found"
            + " \"model.fp16.safetensors\"");
  }

  @Test
  void aFolderWithNothingIsNoRun() throws IOException {
    Path empty = Files.createDirectory(temporary.resolve("empty"));
    assertThatThrownBy(() -> load(empty)).hasMessageContaining("/empty: no checkpoint; expected");
    assertThatThrownBy(() -> load(temporary.resolve("none"))).isInstanceOf(InputException.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "v_head.summary.weight",
        "multiple_choice_head.summary.bias",
        "classifier.weight",
        "qa_outputs.bias",
        "score.weight"
      })
  void otherHeadsAreSkippedWithANote(String head) throws IOException {
    ModelDirectory directory = model.put(head, "I8", List.of(1L), 1).whole().read();
    assertThat(directory.classes()).isZero();
    assertThat(directory.notes())
        .containsExactly(
            "file:"
                + model.folder
                + "/model.safetensors: skipped the tensors of other heads: "
                + head);
    assertThat(new SmallModel(temporary.resolve("plain")).whole().read().notes()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "transformer.v_head.weight",
        "heads.v_head.weight",
        "v_head",
        "transformer.h.0.attn.bias_k",
        "transformer.h.2.ln_1.weight",
        "module.transformer.wte.weight",
        "lm_head.bias"
      })
  void unknownTensorsAreRejected(String name) throws IOException {
    model.put(name, "F32", List.of(1L), 1).whole();
    requireRejected("tensor \"" + name + "\": expected a tensor of ");
  }

  @Test
  void theTokenEmbeddingMayBeStoredAsTheOutputLayerAlone() throws IOException {
    ModelDirectory directory = model.renamed("transformer.wte", "lm_head").whole().read();
    assertThat(directory.layout().entries().get(0).name()).isEqualTo("transformer.wte.weight");
    assertThat(directory.tensors(new io.centroid.nn.kernels.Arena()))
        .containsKey("transformer.wte.weight")
        .doesNotContainKey("lm_head.weight");
    model.config(
        SmallModel.CONFIG_JSON.replace("\"n_inner\": null", "\"tie_word_embeddings\": false"));
    requireRejected("no tensor named \"transformer.wte.weight\"");
  }

  @Test
  void anUntiedModelNeedsItsOutputLayer() throws IOException {
    model
        .whole()
        .config(
            SmallModel.CONFIG_JSON.replace("\"n_inner\": null", "\"tie_word_embeddings\": false"));
    requireRejected("no tensor named \"lm_head.weight\", which ");
    float[] output = new float[28];
    output[5] = 3;
    ModelDirectory directory =
        model.put("lm_head.weight", "F16", List.of(7L, 4L), output).whole().read();
    assertThat(directory.layout().entries().get(directory.layout().entries().size() - 1).name())
        .isEqualTo("lm_head.weight");
  }

  @Test
  void classifiersWithOtherOutputsThanClassesAreRejected() throws IOException {
    model.put("score.weight", "F32", List.of(2L, 4L), new float[8]).whole();
    String json =
        SmallModel.CONFIG_JSON.replace("GPT2LMHeadModel", "GPT2ForSequenceClassification");
    model.config(json.replace("\"n_inner\": null", "\"problem_type\": \"regression\""));
    requireRejected("key problem_type: expected single_label_classification, found \"regression\"");
    model.config(json.replace("\"n_inner\": null", "\"id2label\": {\"0\": \"x\"}"));
    requireRejected("key id2label: expected 2 classes or more, found 1, a regression");
    model.config(json.replace("\"n_inner\": null", "\"problem_type\": null"));
    assertThat(model.read().classes()).isEqualTo(2);
  }

  @ParameterizedTest
  @CsvSource({
    "vocab.txt, the WordPiece vocabulary of a BertTokenizer",
    "spiece.model, a SentencePiece model",
    "tokenizer.model, a SentencePiece model"
  })
  void otherTokenizersAreNamed(String file, String kind) throws IOException {
    model.whole().file(file, "x");
    assertThatThrownBy(
            () ->
                LanguageModel.open(
                    files,
                    new LanguageModel.Location(model.folder.toString(), false, null),
                    new CpuDecoding(WeightFormat.FLOAT32, 1),
                    note -> {}))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("/" + file + ": " + kind + ", which is not supported: expected the");
  }

  private TrainedModel load(Path folder) throws IOException {
    return TrainedModel.load(files, folder.toString(), false, Engines.CPU);
  }

  private void requireRejected(String message) {
    assertThatThrownBy(() -> load(model.folder))
        .isInstanceOf(InputException.class)
        .hasMessageContaining(message)
        .hasMessageNotContaining("\n");
  }
}
