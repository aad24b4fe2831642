package io.centroid.huggingface;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonProperty;
import io.centroid.error.InputErrors;
import io.centroid.error.InputException;
import io.centroid.io.Json;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Weights in formats that are not read. Messages name them and say how to convert them. */
final class OtherFormats {
  /** The description of an adapter of the peft library. */
  static final String ADAPTER = "adapter_config.json";

  private static final int MOST_ADAPTER_BYTES = 1 << 20;

  /** Adapters that cannot be merged into the model's weights. */
  private static final Set<String> PROMPTS =
      Set.of("PROMPT_TUNING", "MULTITASK_PROMPT_TUNING", "P_TUNING", "PREFIX_TUNING");

  private static final List<Format> FORMATS =
      List.of(
          new Format(
              "pytorch_model.*\\.bin(\\.index\\.json)?",
              "a pickle, which runs code when it is loaded: if you trust it, convert it with",
              ""),
          new Format(
              "flax_model.*\\.msgpack(\\.index\\.json)?",
              "Flax weights: convert them with transformers 4 and",
              ", from_flax=True"),
          new Format(
              "tf_model.*\\.h5(\\.index\\.json)?",
              "TensorFlow weights: convert them with transformers 4 and",
              ", from_tf=True"),
          new Format(".+\\.gguf", "GGUF weights: convert them with", ", gguf_file='FILE'"),
          new Format(".+\\.onnx", "an ONNX model, which only serve reads", null));

  private static final Pattern LITERAL = Pattern.compile("[\\w./:@+=-]+");

  private OtherFormats() {}

  /**
   * A format of weights.
   *
   * @param arguments arguments of {@code from_pretrained} after the folder; null if transformers
   *     does not read the format
   */
  private record Format(Pattern names, String description, @Nullable String arguments) {
    Format(String names, String description, @Nullable String arguments) {
      this(Pattern.compile(names), description, arguments);
    }

    InputException error(ModelFiles folder, String file) {
      String message = description;
      if (arguments != null) {
        message +=
            " python3 -c \"from transformers import AutoModelForCausalLM as M; M.from_pretrained('"
                + place(folder)
                + "'"
                + arguments.replace("FILE", literal(file, "FILE"))
                + ").save_pretrained('"
                + place(folder)
                + "')\", which writes "
                + StoredWeights.FILE;
      }
      return InputErrors.of(folder.name(file), message);
    }
  }

  /**
   * Rejects adapters and weights in other formats.
   *
   * @throws InputException if the folder has one
   */
  static void requireNone(ModelFiles folder) {
    requireNoAdapter(folder);
    if (find(folder.names()).isPresent()) {
      throw noWeights(folder);
    }
  }

  /**
   * Rejects an adapter, of which transformers loads the base model.
   *
   * @throws InputException if the folder has an {@code adapter_config.json}
   */
  static void requireNoAdapter(ModelFiles folder) {
    if (folder.has(ADAPTER)) {
      String file = folder.name(ADAPTER);
      throw Json.read(file, folder.read(ADAPTER, MOST_ADAPTER_BYTES), Adapter.class).error(folder);
    }
  }

  /** The error for a folder without weights. */
  static InputException noWeights(ModelFiles folder) {
    return find(folder.names())
        .map(format -> format.error(folder, first(folder.names(), format.names())))
        .orElseGet(
            () ->
                InputErrors.of(
                    folder.path().toString(),
                    "weights",
                    StoredWeights.FILE + " or " + ShardIndex.FILE,
                    folder.names().stream()
                        .filter(name -> name.endsWith(".safetensors"))
                        .sorted()
                        .findFirst()
                        .map(InputErrors::quote)
                        .orElse("none")));
  }

  /**
   * A folder's name for Python, which knows no scheme of local files. A name that a shell or Python
   * would not take literally is not part of a command that users run.
   */
  private static String place(ModelFiles folder) {
    return literal(folder.path().toString().replaceFirst("^file:(//)?", ""), "FOLDER");
  }

  private static String literal(String name, String placeholder) {
    return LITERAL.matcher(name).matches() ? name : placeholder;
  }

  private static Optional<Format> find(Collection<String> names) {
    return FORMATS.stream()
        .filter(format -> names.stream().anyMatch(name -> format.names().matcher(name).matches()))
        .findFirst();
  }

  private static String first(Collection<String> names, Pattern pattern) {
    return names.stream()
        .filter(name -> pattern.matcher(name).matches())
        .sorted()
        .findFirst()
        .orElseThrow();
  }

  /** The keys of {@link #ADAPTER} that name the adapter. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  private record Adapter(
      @JsonProperty("peft_type") @Nullable String type,
      @JsonProperty("base_model_name_or_path") @Nullable String base) {

    InputException error(ModelFiles folder) {
      String kind =
          type == null || type.equals("LORA") ? "LoRA" : "PEFT (" + InputErrors.shorten(type) + ")";
      String of = base == null ? "an unnamed model" : InputErrors.quote(base);
      String remedy =
          type != null && PROMPTS.contains(type)
              ? ", which cannot be merged into the model's weights"
              : ": merge it with python3 -c \"from peft import AutoPeftModelForCausalLM as M;"
                  + " M.from_pretrained('"
                  + place(folder)
                  + "').merge_and_unload().save_pretrained('merged')\" and use the folder merged";
      return InputErrors.of(
          folder.name(ADAPTER), "a " + kind + " adapter of " + of + ", not a model" + remedy);
    }
  }
}
