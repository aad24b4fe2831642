package io.centroid.fuzz.parsers;

import io.centroid.config.RunConfig;
import io.centroid.fuzz.Bound;
import io.centroid.fuzz.FuzzTarget;
import io.centroid.fuzz.PartFormat;
import io.centroid.fuzz.Parts;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/** A run's configuration, and overrides of the command line, one a line. */
final class HoconTarget implements FuzzTarget {
  private final LocalFolder folder = LocalFolder.create();

  @Override
  public List<PartFormat> formats() {
    return List.of(PartFormat.TEXT, PartFormat.TEXT);
  }

  @Override
  public List<byte[]> seeds() {
    return List.of(
        Parts.join(
            "data {\n  format = csv\n  path = prices.csv\n  csv { target = price, features ="
                + " numbers }\n  normalisation = standardize\n}\nmodel { loss ="
                + " mean-squared-error, hidden = [32] }\n# why\ncheckpoint.metric = loss\n",
            "train.epochs=3\nmodel.hidden=[64, 32]"),
        Parts.join(
            "data { format = tokens, path = corpus, block = 128 }\nmodel { name = gpt2, gpt2 { size"
                + " = custom, layers = 1, heads = 1, width = 8 } }\noptimizer { name = adamw, rate ="
                + " 5e-5, betas = [0.9, 0.999], schedule { name = cosine, warmup-steps = 20 }"
                + " }\ncompute { native-memory = 2GiB, threads = 2 }\n",
            "run.name=a b\ntrain.workers=2\nspark.conf.spark.ui.enabled=false"),
        Parts.join(
            "x = ${train.seed}\ntrain { workers = 4, local-steps = auto, seed = 7 }\n"
                + "outer { name = nesterov, momentum = 0.9 }\naverage.codec = int8\n"
                + "run.dir = \"hdfs:///runs/a\"\nspark.conf { \"spark.x\" = 1 }\n",
            "model.name=cnn\nmodel.channels=[4]\nmodel.kernel=5"));
  }

  @Override
  public List<String> dictionary() {
    return List.of(
        "train.",
        "model.hidden",
        "model.gpt2",
        "data.",
        "${train.seed}",
        "${?x}",
        "+=",
        "\"\"\"",
        "= null",
        "include \"x\"",
        "run.dir = ",
        "spark.conf.",
        "compute.native-memory = ",
        "1e999999999",
        "GiB",
        "-1",
        "[[1]]",
        "{a : {a : 1}}",
        "fetch.mnist.mirrors = [\"x\"]",
        "model.name = dl4j",
        "model.file = ",
        "${",
        "}");
  }

  @Override
  public Bound bound() {
    return new Bound(32 << 20, 4000);
  }

  @Override
  public void read(byte[] input) {
    List<byte[]> parts = Parts.split(input);
    Path file = folder.write("run.conf", parts.get(0));
    List<String> overrides =
        parts.size() < 2
            ? List.of()
            : new String(parts.get(1), StandardCharsets.UTF_8).lines().toList();
    RunConfig.load(file, overrides);
  }

  @Override
  public void close() {
    folder.close();
  }
}
