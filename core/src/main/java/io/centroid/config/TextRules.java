package io.centroid.config;

import io.centroid.config.RunConfig.Compute;
import io.centroid.config.RunConfig.Data;
import io.centroid.config.RunConfig.Model;
import io.centroid.config.RunConfig.Train;
import io.centroid.nn.Loss;
import io.centroid.nn.matrix.Precision;

/** Validates combinations of settings for text, which only GPT-2 reads. */
final class TextRules {
  private TextRules() {}

  static void check(Settings settings, Data data, Model model, Compute compute, Train train) {
    boolean labeled = data.format() == Data.Format.TEXTS;
    boolean text = labeled || data.format() == Data.Format.TOKENS;
    require(
        settings,
        !labeled || data.classes() == 0,
        "data.classes",
        "must be 0 when data.format is texts (data.texts.labels names the classes)");
    if (model.network() instanceof Gpt2Settings) {
      require(settings, text, "data.format", "must be tokens or texts when model.name is gpt2");
      require(
          settings,
          model.loss() == Loss.CROSS_ENTROPY,
          "model.loss",
          "must be cross-entropy when model.name is gpt2");
      return;
    }
    require(settings, !text, "model.name", "must be gpt2 when data.format is tokens or texts");
    require(
        settings,
        compute.threadsPerWorker() == 1,
        "compute.threads-per-worker",
        "must be 1 when model.name is not gpt2");
    require(
        settings,
        train.microBatch() == 0,
        "train.micro-batch",
        "must be 0 when model.name is not gpt2");
    require(
        settings,
        !compute.recomputes(),
        "compute.activation-checkpointing",
        "must be false when model.name is not gpt2");
    require(
        settings,
        compute.precision() == Precision.FLOAT32,
        "compute.precision",
        "must be float32 when model.name is not gpt2");
  }

  private static void require(Settings settings, boolean holds, String key, String must) {
    if (!holds) {
      throw settings.invalid(key, must, settings.text(key));
    }
  }
}
