package io.centroid.onnx;

import io.centroid.generate.Drawing;
import io.centroid.generate.Ending;
import io.centroid.generate.FinishReason;
import io.centroid.generate.Generation;
import io.centroid.generate.Overflow;
import java.util.Arrays;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/**
 * One text on its way in ONNX Runtime: it ends and its context slides as {@link
 * io.centroid.generate.Generator}'s do.
 */
final class OnnxContinuation implements AutoCloseable {
  private final OnnxLanguageModel model;
  private final Drawing drawing;
  private final Ending ending;
  private final int promptTokens;
  private final long begun = System.nanoTime();
  private int[] ids;
  private OnnxLanguageModel.Text text;
  private int drawn;
  private long first;
  private long latest;

  OnnxContinuation(OnnxLanguageModel model, int[] prompt, Drawing drawing, Ending ending) {
    this.model = model;
    this.drawing = drawing;
    this.ending = ending;
    this.promptTokens = prompt.length;
    this.ids = prompt.clone();
    this.text = model.text();
  }

  /** Draws tokens up to the end. */
  Generation run(IntConsumer listener) {
    float[] scores = model.fill(text, last(Math.min(ids.length, model.positions())));
    FinishReason finish = draw(scores, listener);
    while (finish == null) {
      finish = draw(advanced(), listener);
    }
    return new Generation(
        ids,
        promptTokens,
        finish,
        (first - begun) / 1e6,
        drawn < 2 ? 0 : (latest - first) / 1e6 / (drawn - 1));
  }

  private @Nullable FinishReason draw(float[] scores, IntConsumer listener) {
    int id = drawing.next(scores, scores.length - model.vocabulary());
    latest = System.nanoTime();
    first = first == 0 ? latest : first;
    drawn++;
    if (ending.tokens().contains(id)) {
      return FinishReason.STOP_TOKEN;
    }
    ids = Arrays.copyOf(ids, ids.length + 1);
    ids[ids.length - 1] = id;
    listener.accept(id);
    if (ids.length - promptTokens == ending.newTokens()) {
      return FinishReason.LENGTH;
    }
    boolean full = ending.overflow() == Overflow.STOP && ids.length == model.positions();
    return full ? FinishReason.CONTEXT : null;
  }

  /** Computes the token that was drawn last; where the context is full, with its second half. */
  private float[] advanced() {
    if (text.length() < model.positions()) {
      return text.add(ids[ids.length - 1]);
    }
    text.close();
    text = model.text();
    return model.fill(text, last(Math.max(1, model.positions() / 2)));
  }

  private int[] last(int count) {
    return Arrays.copyOfRange(ids, ids.length - count, ids.length);
  }

  @Override
  public void close() {
    text.close();
  }
}
