package io.centroid.text.bpe;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.centroid.text.AddedToken;
import io.centroid.text.TokenizerFiles;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A writer of a byte-level BPE to the files of Hugging Face's GPT2TokenizerFast. */
public final class BpeFiles {
  private BpeFiles() {}

  static Map<String, byte[]> write(BpeModel model) {
    Map<String, byte[]> files = new LinkedHashMap<>();
    ObjectNode ids = JsonNodeFactory.instance.objectNode();
    for (int id = 0; id < model.vocabulary().size(); id++) {
      String name = model.vocabulary().name(id);
      if (name != null) {
        ids.put(name, id);
      }
    }
    List<String[]> merges = model.vocabulary().merges();
    files.put(TokenizerFiles.TOKENIZER, bytes(tokenizer(model, ids, merges)));
    files.put(TokenizerFiles.VOCABULARY, bytes(ids));
    files.put(TokenizerFiles.MERGES, MergesText.write(merges));
    files.put(TokenizerFiles.CONFIG, bytes(config(model)));
    return files;
  }

  private static ObjectNode tokenizer(BpeModel model, ObjectNode ids, List<String[]> merges) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("version", "1.0").putNull("truncation").putNull("padding");
    ArrayNode added = json.putArray("added_tokens");
    for (AddedToken token : model.added()) {
      added
          .addObject()
          .put("id", token.id())
          .put("content", token.content())
          .put("single_word", token.singleWord())
          .put("lstrip", token.stripsLeft())
          .put("rstrip", token.stripsRight())
          .put("normalized", token.normalized())
          .put("special", token.special());
    }
    json.putNull("normalizer");
    byteLevel(json.putObject("pre_tokenizer"), model.prefixSpace());
    byteLevel(json.putObject("post_processor"), true).put("trim_offsets", false);
    byteLevel(json.putObject("decoder"), true);
    ObjectNode bpe = json.putObject("model").put("type", "BPE").putNull("dropout");
    bpe.putNull("unk_token").putNull("continuing_subword_prefix").putNull("end_of_word_suffix");
    bpe.put("fuse_unk", false).put("byte_fallback", false).put("ignore_merges", false);
    bpe.set("vocab", ids);
    ArrayNode list = bpe.putArray("merges");
    merges.forEach(merge -> list.add(merge[0] + " " + merge[1]));
    return json;
  }

  private static ObjectNode byteLevel(ObjectNode part, boolean prefixSpace) {
    return part.put("type", "ByteLevel")
        .put("add_prefix_space", prefixSpace)
        .put("trim_offsets", true)
        .put("use_regex", true);
  }

  private static ObjectNode config(BpeModel model) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("add_prefix_space", model.prefixSpace());
    json.put("clean_up_tokenization_spaces", false);
    String end =
        model.added().stream()
            .filter(token -> token.id() == model.endOfText().orElse(-1))
            .map(AddedToken::content)
            .findFirst()
            .orElse(null);
    if (end == null) {
      // GPT2Tokenizer would add an end-of-text token.
      return json.put("tokenizer_class", "PreTrainedTokenizerFast");
    }
    json.put("bos_token", end).put("eos_token", end).put("unk_token", end);
    return json.put("tokenizer_class", "GPT2Tokenizer");
  }

  public static byte[] bytes(ObjectNode json) {
    return (json.toString() + "\n").getBytes(StandardCharsets.UTF_8);
  }
}
