package io.centroid.serve.engine;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.centroid.error.InputException;
import io.centroid.generate.Generation;
import io.centroid.generate.Sampling;
import io.centroid.generate.StopCriteria;
import io.centroid.onnx.OnnxLanguageModel;
import io.centroid.serve.protocol.GenerateRequest;
import io.centroid.serve.protocol.ModelDescription;
import io.centroid.serve.protocol.RejectedRequestException;
import io.centroid.serve.protocol.Tensor;
import io.centroid.serve.protocol.TensorSpec;
import io.centroid.serve.protocol.TensorType;
import io.centroid.text.Tokenizer;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A language model in ONNX Runtime. Clients send {@code input_ids} (batch, sequence) and get {@code
 * logits} (batch, sequence, vocabulary), or send a prompt and get generated text. The key-value
 * cache is internal.
 */
final class OnnxTextModel implements ServedModel, TextModel {
  /** Maximum number of logits per response, since more would be gigabytes of JSON. */
  private static final long MAX_LOGITS = 16 << 20;

  private final OnnxLanguageModel model;
  private final @Nullable Tokenizer tokenizer;
  private final ModelDescription description;

  /**
   * @param tokenizer tokenizer; null if there is none, so that only tokens are accepted
   */
  OnnxTextModel(
      OnnxLanguageModel model,
      @Nullable Tokenizer tokenizer,
      String name,
      String version,
      ObjectNode properties) {
    this.model = model;
    this.tokenizer = tokenizer;
    if (tokenizer != null && tokenizer.vocabularySize() > model.vocabulary()) {
      throw new InputException(
          "the tokenizer has "
              + tokenizer.vocabularySize()
              + " tokens, expected at most the model's "
              + model.vocabulary());
    }
    description =
        new ModelDescription(
            name,
            version,
            List.of(new TensorSpec(OnnxLanguageModel.IDS, TensorType.INT64, List.of(-1L, -1L))),
            List.of(
                new TensorSpec(
                    OnnxLanguageModel.LOGITS,
                    TensorType.FP32,
                    List.of(-1L, -1L, (long) model.vocabulary()))),
            List.of(),
            properties);
  }

  @Override
  public ModelDescription description() {
    return description;
  }

  @Override
  public boolean batches() {
    return false;
  }

  @Override
  public Optional<TextModel> text() {
    return tokenizer == null ? Optional.empty() : Optional.of(this);
  }

  @Override
  public List<Tensor> run(List<Tensor> inputs) {
    Tensor.Longs ids = (Tensor.Longs) inputs.get(0);
    int rows = Math.toIntExact(ids.shape().get(0));
    int length = Math.toIntExact(ids.shape().get(1));
    if ((long) ids.size() * model.vocabulary() > MAX_LOGITS) {
      throw new RejectedRequestException(
          413, ids.size() + " tokens have more than " + MAX_LOGITS + " logits in all");
    }
    if (length > model.positions()) {
      throw RejectedRequestException.malformed(
          "the text has " + length + " tokens, expected at most " + model.positions());
    }
    int width = length * model.vocabulary();
    float[] logits = new float[rows * width];
    for (int row = 0; row < rows; row++) {
      try (OnnxLanguageModel.Text text = model.text()) {
        float[] answer = text.add(row(ids.values(), row * length, length));
        System.arraycopy(answer, 0, logits, row * width, width);
      }
    }
    return List.of(
        new Tensor.Floats(
            OnnxLanguageModel.LOGITS,
            List.of((long) rows, (long) length, (long) model.vocabulary()),
            logits));
  }

  private int[] row(long[] values, int from, int length) {
    int[] row = new int[length];
    for (int i = 0; i < length; i++) {
      long id = values[from + i];
      if (id < 0 || id >= model.vocabulary()) {
        throw RejectedRequestException.malformed(
            "token " + id + ": expected an id below " + model.vocabulary());
      }
      row[i] = (int) id;
    }
    return row;
  }

  @Override
  public GeneratedText generate(GenerateRequest request, BooleanSupplier canceled) {
    Tokenizer encoder = Objects.requireNonNull(tokenizer, "tokenizer");
    OptionalInt endOfText = encoder.endOfText();
    int[] prompt = encoder.encode(request.prompt());
    StopCriteria stop = StopCriteria.after(request.maxTokens());
    if (endOfText.isPresent()) {
      stop = stop.withTokens(Set.of(endOfText.getAsInt()));
      if (prompt.length == 0) {
        prompt = new int[] {endOfText.getAsInt()};
      }
    }
    Generation generation =
        model.generate(
            prompt,
            new Sampling(request.temperature(), request.topK(), request.topP(), 1, request.seed()),
            stop,
            0,
            (number, id) -> {
              if (canceled.getAsBoolean()) {
                throw new RejectedRequestException(504, "the client no longer waits for this text");
              }
            });
    int[] generated = Arrays.copyOfRange(generation.ids(), prompt.length, generation.ids().length);
    return new GeneratedText(encoder.decode(generated), prompt.length, generated.length);
  }

  @Override
  public void close() {
    model.close();
  }
}
