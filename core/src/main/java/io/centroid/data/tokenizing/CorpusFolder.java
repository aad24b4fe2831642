package io.centroid.data.tokenizing;

import io.centroid.data.corpus.CorpusCounts;
import io.centroid.data.corpus.CorpusManifest;
import io.centroid.data.corpus.CorpusManifestJson;
import io.centroid.data.corpus.CorpusShard;
import io.centroid.data.corpus.CorpusSplit;
import io.centroid.data.corpus.IdWidth;
import io.centroid.data.corpus.Staging;
import io.centroid.data.corpus.TokenizerInfo;
import io.centroid.data.documents.TextFile;
import io.centroid.error.InputException;
import io.centroid.io.HadoopFiles;
import io.centroid.io.HadoopPath;
import io.centroid.io.storage.AtomicDirectory;
import io.centroid.io.storage.Storage;
import io.centroid.text.Tokenizer;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.util.ShutdownHookManager;

/**
 * The output folder of a corpus, or of other files that tasks write: a hidden staging folder next
 * to the target until {@link #publish} renames it. Closing it without publishing deletes the
 * staging folder. Not thread-safe, except for {@link #close}.
 */
public final class CorpusFolder implements AutoCloseable {
  private static final int DELETE_ATTEMPTS = 20;
  private static final long DELETE_PAUSE_MILLIS = 100;

  /** Shutdown-hook priority, above Spark's hook (40) and Hadoop FileSystem's (10). */
  private static final int SHUTDOWN_PRIORITY = 60;

  private final HadoopFiles files;
  private final Storage storage;
  private final Path target;
  private final boolean overwrite;
  private final String marker;
  private final String kind;
  private final Staging staging;
  private volatile boolean open = true;

  private CorpusFolder(
      HadoopFiles files,
      Storage storage,
      Path target,
      boolean overwrite,
      String marker,
      String kind) {
    this.marker = marker;
    this.kind = kind;
    this.files = files;
    this.storage = storage;
    this.target = target;
    this.overwrite = overwrite;
    String hidden = AtomicDirectory.hidden(AtomicDirectory.IN_PROGRESS, target.getName());
    this.staging = new Staging(files, HadoopPath.child(target.getParent(), hidden).toString());
  }

  /**
   * Creates the staging folder of a corpus.
   *
   * @param overwrite true to replace an existing corpus when the new one is published
   * @throws InputException if the target exists and may not be replaced
   */
  public static CorpusFolder create(HadoopFiles files, String out, boolean overwrite) {
    return create(files, out, overwrite, CorpusManifest.FILE, "corpus");
  }

  /**
   * As {@link #create(HadoopFiles, String, boolean)}, for a folder of another kind.
   *
   * @param marker name of the file that completes the folder
   * @param kind kind of folder for messages, such as corpus
   */
  public static CorpusFolder create(
      HadoopFiles files, String out, boolean overwrite, String marker, String kind) {
    Storage storage = Storage.of(files, files.path(out));
    Path target = storage.qualified(files.path(out));
    if (target.getParent() == null) {
      throw new InputException(out + ": expected a folder below the root");
    }
    CorpusFolder folder = new CorpusFolder(files, storage, target, overwrite, marker, kind);
    try {
      folder.requireFree();
      folder.staging.createFolders();
    } catch (IOException e) {
      throw HadoopFiles.failure(target, e);
    }
    return folder;
  }

  /** Checks that no input is in the target, since replacing the target would delete the input. */
  public void requireNoInput(List<TextFile> inputs) {
    String prefix = target.toUri().getPath() + "/";
    for (TextFile input : inputs) {
      Path path = files.path(input.path());
      Path qualified = files.fileSystem(path).makeQualified(path);
      boolean same =
          files.fileSystem(path).getUri().equals(files.fileSystem(target).getUri())
              && (qualified.toUri().getPath() + "/").startsWith(prefix);
      if (same) {
        throw new InputException(input.path() + ": the input is inside the output " + target);
      }
    }
  }

  /** Checks that the target is in no input, of which it would be a part the next time. */
  public void requireOutside(List<String> inputs) {
    for (String input : inputs) {
      Path path = files.fileSystem(files.path(input)).makeQualified(files.path(input));
      if (target.toString().startsWith(path + "/")) {
        throw new InputException(target + ": the output is inside the input " + input);
      }
    }
  }

  /** The staging folder for the tasks. */
  public Staging staging() {
    return staging;
  }

  /** The final folder of the corpus. */
  public Path target() {
    return target;
  }

  /**
   * Splits off validation, adds tokenizer and manifest, and publishes the folder atomically.
   *
   * @param kind kind of tokenizer, as in {@link TokenizerInfo}
   * @param options options for the manifest
   * @throws InputException if there is no training text, or the target was created meanwhile
   */
  public CorpusManifest publish(
      List<PartResult> results,
      String kind,
      Tokenizer tokenizer,
      ValidationRule rule,
      Map<String, String> options) {
    try {
      CorpusManifest manifest = manifest(results, kind, tokenizer, rule, options);
      for (Map.Entry<String, byte[]> file : tokenizer.files().entrySet()) {
        staging.write(file.getKey(), file.getValue());
      }
      publish(CorpusManifestJson.write(manifest));
      return manifest;
    } catch (IOException e) {
      throw HadoopFiles.failure(target, e);
    }
  }

  /**
   * Publishes the folder atomically.
   *
   * @param content content of the file that completes it
   * @throws InputException if the target was created meanwhile
   */
  public void publish(byte[] content) {
    try {
      staging.deleteAttempts();
      staging.write(marker, content);
      requireFree();
      new AtomicDirectory(storage, target, marker).replace(files.path(staging.folder()));
      open = false;
    } catch (IOException e) {
      throw HadoopFiles.failure(target, e);
    }
  }

  /** Does the work, then closes the folder; a shutdown of the JVM closes it too. */
  public <T> T closedAfter(Supplier<T> work) {
    Runnable hook = this::close;
    ShutdownHookManager.get().addShutdownHook(hook, SHUTDOWN_PRIORITY);
    CorpusFolder closed = this;
    try (closed) {
      return work.get();
    } finally {
      if (!ShutdownHookManager.get().isShutdownInProgress()) {
        ShutdownHookManager.get().removeShutdownHook(hook);
      }
    }
  }

  /** Deletes an unpublished staging folder; retries while task attempts still write. */
  @Override
  public synchronized void close() {
    if (!open) {
      return;
    }
    open = false;
    for (int attempt = 1; attempt <= DELETE_ATTEMPTS; attempt++) {
      try {
        storage.delete(files.path(staging.folder()));
        return;
      } catch (IOException e) {
        if (attempt == DELETE_ATTEMPTS) {
          throw HadoopFiles.failure(target, e);
        }
      }
      pause();
    }
  }

  private CorpusManifest manifest(
      List<PartResult> results,
      String kind,
      Tokenizer tokenizer,
      ValidationRule rule,
      Map<String, String> options)
      throws IOException {
    List<PartResult> ordered = new ArrayList<>(results);
    ordered.sort(Comparator.comparingInt(PartResult::task));
    List<CorpusShard> training = new ArrayList<>();
    List<CorpusShard> heldOut = new ArrayList<>();
    for (PartResult result : ordered) {
      if (result.training() != null) {
        training.add(result.training());
      }
      if (result.validation() != null) {
        heldOut.add(result.validation());
      }
    }
    long tokens = new CorpusSplit(training).tokens();
    IdWidth width = IdWidth.of(tokenizer.vocabularySize());
    TailSplit split = new TailSplit(staging, width);
    split.at(training, rule.tokensBeforeTail(tokens));
    if (split.training().tokens() == 0) {
      throw new InputException(
          tokens == 0 && heldOut.isEmpty()
              ? "the corpus is empty: expected text"
              : "the corpus has no training text: all of it is validation, expected a"
                  + " smaller --validation-split");
    }
    return new CorpusManifest(
        TokenizerInfo.of(kind, tokenizer),
        width,
        split.training(),
        heldOut.isEmpty() ? split.validation() : new CorpusSplit(heldOut),
        CorpusCounts.of(ordered),
        options);
  }

  private void requireFree() throws IOException {
    if (!storage.exists(target)) {
      return;
    }
    if (!storage.status(target).isDirectory()) {
      throw new InputException(target + ": is a file, expected a new name or an empty folder");
    }
    if (storage.list(target).isEmpty()) {
      return;
    }
    if (!overwrite) {
      throw new InputException(target + ": not empty; --overwrite replaces a " + kind);
    }
    if (!storage.exists(HadoopPath.child(target, marker))) {
      throw new InputException(
          "%s: not a %s (no %s): --overwrite replaces only a %s"
              .formatted(target, kind, marker, kind));
    }
  }

  private static void pause() {
    try {
      Thread.sleep(DELETE_PAUSE_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
