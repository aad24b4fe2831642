package io.centroid.leak;

import io.centroid.data.corpus.Corpus;
import io.centroid.data.corpus.CorpusManifest;
import io.centroid.error.InputErrors;
import io.centroid.error.InputException;
import io.centroid.io.ChecksummedJson;
import io.centroid.io.HadoopFiles;
import io.centroid.io.HadoopPath;
import io.centroid.io.Json;
import io.centroid.io.Sha256;
import io.centroid.random.RandomStream;
import io.centroid.random.Seed;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.apache.hadoop.fs.Path;

/**
 * The canaries of a corpus, {@code canaries.json} in its folder. They follow from the seed, and are
 * no secret.
 *
 * @param seed random seed of the canaries and of their places in the corpus
 * @param canaries canaries in the order of their numbers; the last ones are controls
 */
public record Canaries(long seed, List<Canary> canaries) {
  /** Name of the file in the corpus's folder. */
  public static final String FILE = "canaries.json";

  /** Key of the SHA-256 of the file among the options of the corpus's manifest. */
  public static final String HASH = "canaries-sha256";

  /** Largest number of canaries, and of repetitions of one. */
  public static final int MOST = 1000;

  /** Largest number of repetitions of a canary, unless another one is chosen. */
  public static final int REPETITIONS = 64;

  private static final ChecksummedJson JSON = new ChecksummedJson("formatVersion", 1);
  private static final int MOST_BYTES = 1 << 20;
  private static final int LEAST_CONTROLS = 4;

  public Canaries {
    canaries = List.copyOf(canaries);
    Json.require(
        canaries.stream().map(Canary::name).distinct().count() == canaries.size(),
        "canaries",
        "different names");
  }

  /**
   * Draws canaries. They are repeated {@code most}, {@code most}/2, ... 1 times, and so on from the
   * start; a quarter as many controls, which are in no corpus, show what a model that has not seen
   * a canary reaches.
   *
   * @param count number of planted canaries, 1 to {@link #MOST}
   * @param most largest number of repetitions, 1 to {@link #MOST}
   */
  public static Canaries draw(long seed, int count, int most) {
    require("--canaries", count);
    require("--canary-repetitions", most);
    RandomStream random = new RandomStream(Seed.of(seed, Seed.Purpose.CANARY));
    int all = count + Math.max(LEAST_CONTROLS, count / 4);
    Set<String> names = new LinkedHashSet<>();
    while (names.size() < all) {
      names.add(Canary.name(random));
    }
    List<Canary> canaries = new ArrayList<>();
    int repetitions = most;
    for (String name : names) {
      boolean planted = canaries.size() < count;
      canaries.add(new Canary(name, random.nextInt(Canary.SPACE), planted ? repetitions : 0));
      repetitions = repetitions == 1 ? most : repetitions / 2;
    }
    return new Canaries(seed, canaries);
  }

  private static void require(String option, int value) {
    if (value < 1 || value > MOST) {
      throw new InputException(option + " must be from 1 to " + MOST + ": " + value);
    }
  }

  /** Number of planted canaries. */
  public int planted() {
    return (int) canaries.stream().filter(canary -> canary.repetitions() > 0).count();
  }

  /** The content of the file. */
  public byte[] toJson() {
    return JSON.write(this);
  }

  /**
   * Reads the canaries of a corpus.
   *
   * @throws InputException if it has none, or others than its manifest says
   */
  public static Canaries read(HadoopFiles files, Corpus corpus) {
    String expected = corpus.manifest().options().get(HASH);
    if (expected == null) {
      throw new InputException(
          corpus.folder() + ": the corpus has no canaries; prepare --canaries plants them");
    }
    Path file = HadoopPath.child(files.path(corpus.folder()), FILE);
    byte[] content = files.read(file, MOST_BYTES);
    String found = Sha256.of(content);
    if (!found.equals(expected)) {
      throw InputErrors.of(
          file.toString(), "SHA-256", expected + " (" + CorpusManifest.FILE + ")", found);
    }
    return JSON.read(file.toString(), content, Canaries.class);
  }
}
