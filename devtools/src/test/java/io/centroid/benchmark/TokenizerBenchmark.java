package io.centroid.benchmark;

import io.centroid.text.Tokenizer;
import io.centroid.text.TokenizerFiles;
import io.centroid.text.bpe.BpeTraining;
import io.centroid.text.bpe.ByteLevelBpe;
import io.centroid.text.bpe.PreTokens;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Benchmark of tokenizers on the 1.1 MB of tinyshakespeare: encoding with GPT-2's vocabulary and
 * BPE training.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(1)
public class TokenizerBenchmark {
  private static final Path DATA =
      Path.of(System.getProperty("centroid.shared", "../shared"), "data");

  private String text = "";
  private final Map<String, Long> counts = new HashMap<>();
  private @Nullable Tokenizer gpt2;

  @Setup
  public void read() throws IOException {
    text = Files.readString(DATA.resolve("text").resolve("tinyshakespeare.txt"));
    gpt2 = TokenizerFiles.read(DATA.resolve("gpt2-tokenizer"));
    PreTokens.split(text, preToken -> counts.merge(preToken, 1L, Long::sum));
  }

  @Benchmark
  public int[] encodeOrdinary() {
    return gpt2 == null ? new int[0] : gpt2.encodeOrdinary(text);
  }

  @Benchmark
  public Tokenizer readGpt2() {
    return TokenizerFiles.read(DATA.resolve("gpt2-tokenizer"));
  }

  @Benchmark
  public Map<String, Long> count() {
    Map<String, Long> counted = new HashMap<>();
    PreTokens.split(text, preToken -> counted.merge(preToken, 1L, Long::sum));
    return counted;
  }

  @Benchmark
  public ByteLevelBpe learn1000() {
    return BpeTraining.train(counts, 1000, 2);
  }

  @Benchmark
  public ByteLevelBpe learn4096() {
    return BpeTraining.train(counts, 4096, 2);
  }
}
