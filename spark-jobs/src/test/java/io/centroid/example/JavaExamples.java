package io.centroid.example;

import io.centroid.Dataset;
import io.centroid.GenerationOptions;
import io.centroid.Model;
import io.centroid.Networks;
import io.centroid.Optimizers;
import io.centroid.OuterOptimizers;
import io.centroid.Prediction;
import io.centroid.Trainer;
import io.centroid.evaluate.Evaluation;
import io.centroid.optim.UpdateRule;
import io.centroid.run.RunObserver;
import io.centroid.spark.SparkCluster;
import io.centroid.train.RoundResult;
import io.centroid.train.TrainState;
import io.centroid.train.worker.Round;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.apache.spark.api.java.JavaSparkContext;

/** The examples of docs/api.md. */
public final class JavaExamples {
  private JavaExamples() {}

  public static double threads(Dataset digits) throws IOException {
    try (Model model =
        Trainer.of(Networks.mlp(784, 128, 10))
            .optimizer(Optimizers.adamW(1e-3))
            .workers(4)
            .localSteps(10)
            .epochs(3)
            .train(digits)) {
      Evaluation evaluation = model.evaluate(digits);
      System.out.printf("accuracy %.4f, loss %.4f%n", evaluation.accuracy(), evaluation.loss());
      return evaluation.accuracy();
    }
  }

  public static String spark(JavaSparkContext sc, Dataset digits, String run) throws IOException {
    try (Model model =
        Trainer.of(Networks.mlp(784, 128, 10))
            .optimizer(Optimizers.adamW(1e-3))
            .outer(OuterOptimizers.nesterov(0.7, 0.9))
            .workers(4)
            .localSteps(10)
            .epochs(3)
            .on(SparkCluster.of(sc))
            .checkpointTo(run)
            .listener(new PrintedLoss())
            .train(digits)) {
      return model.result().orElseThrow().parametersSha256();
    }
  }

  private static final class PrintedLoss implements RunObserver {
    @Override
    public void onRound(TrainState state, Round round, RoundResult result, long roundNanos) {
      System.out.printf("step %d, loss %.4f%n", state.steps(), result.loss());
    }
  }

  public static float predict(String run, float[] image) throws IOException {
    try (Model model = Model.load(run)) {
      Prediction prediction = model.predict(image);
      System.out.println(prediction.label() + " with probability " + prediction.probability());
      return prediction.probability();
    }
  }

  public static Optional<String> provenance(String run, String copy) throws IOException {
    try (Model model = Model.load(run)) {
      model.save(copy);
      return model.provenance().map(provenance -> provenance.dataSha256());
    }
  }

  public static float rows() throws IOException {
    float[][] rows = {{0, 0}, {0, 1}, {1, 0}, {1, 1}};
    float[] targets = {0, 1, 1, 2};
    try (Model model =
        Trainer.of(Networks.mlp(2, 16, 1))
            .optimizer(Optimizers.adamW(0.02))
            .batchSize(2)
            .epochs(200)
            .train(Dataset.of(rows, targets).validationSplit(0))) {
      return model.predict(1, 1).value();
    }
  }

  public record SignDescent() implements UpdateRule {
    @Override
    public String name() {
      return "sign-descent";
    }

    @Override
    public List<String> stateNames() {
      return List.of();
    }

    @Override
    public void update(float[] p, float[] gradients, float[][] state, int length, Step step) {
      for (int i = 0; i < length; i++) {
        p[i] -= (float) step.learningRate() * Math.signum(gradients[i]);
      }
    }
  }

  public static double ownOptimizer(Dataset digits) throws IOException {
    try (Model model =
        Trainer.of(Networks.mlp(784, 32, 10))
            .optimizer(Optimizers.of(new SignDescent(), 1e-3))
            .train(digits)) {
      return model.evaluate(digits).accuracy();
    }
  }

  public static String languageModel(String corpus) throws IOException {
    try (Model model =
        Trainer.of(Networks.gpt2(2, 2, 32, 32))
            .optimizer(Optimizers.adamW(3e-3).warmup(5).cosine(3e-4).clipNorm(1))
            .batchSize(8)
            .localSteps(5)
            .steps(20)
            .train(Dataset.corpus(corpus))) {
      GenerationOptions options = GenerationOptions.DEFAULTS.maxNewTokens(20).temperature(0.8);
      return model.generate("the ", options);
    }
  }
}
