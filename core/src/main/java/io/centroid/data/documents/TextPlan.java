package io.centroid.data.documents;

import io.centroid.error.InputException;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;

/**
 * The partition of a corpus's files into tasks. It depends only on the file sizes and the shard
 * size, so the shards are identical on any cluster. Immutable.
 */
public final class TextPlan implements Serializable {
  private static final long serialVersionUID = 1L;
  private static final long LEAST = 64;
  private static final long MOST_SLICES = 1_000_000;

  private final List<TextFile> files;
  private final long shardBytes;
  private final List<TextTask> tasks;

  private TextPlan(List<TextFile> files, long shardBytes, List<TextTask> tasks) {
    this.files = files;
    this.shardBytes = shardBytes;
    this.tasks = tasks;
  }

  /**
   * Splits large files and groups small ones, so that a task reads about {@code shardBytes}. A
   * compressed file is never split.
   *
   * @throws InputException if there is no text, or the plan has more than a million tasks
   */
  public static TextPlan of(List<TextFile> files, long shardBytes) {
    if (shardBytes < LEAST) {
      throw new InputException("--shard-size must be at least 64 bytes: " + shardBytes);
    }
    List<TextSlice> slices = new ArrayList<>();
    for (int file = 0; file < files.size(); file++) {
      cut(files.get(file), file, shardBytes, slices);
    }
    if (slices.isEmpty()) {
      throw new InputException(
          "the corpus is empty: "
              + (files.isEmpty() ? "no files" : files.size() + " empty files")
              + ", expected text");
    }
    return new TextPlan(List.copyOf(files), shardBytes, gather(files, slices, shardBytes));
  }

  /** The same files, split only between documents: a file that is one document is one slice. */
  public TextPlan ofWholeDocuments() {
    List<TextSlice> slices = new ArrayList<>();
    for (int i = 0; i < files.size(); i++) {
      TextFile file = files.get(i);
      cut(file, i, file.kind() == DocumentKind.FILE ? Long.MAX_VALUE : shardBytes, slices);
    }
    return new TextPlan(files, shardBytes, gather(files, slices, shardBytes));
  }

  public List<TextFile> files() {
    return files;
  }

  public TextFile file(TextSlice slice) {
    return files.get(slice.file());
  }

  /** Whether the whole text is one document. */
  public boolean isOneDocument() {
    List<TextFile> filled = files.stream().filter(file -> file.length() > 0).toList();
    return filled.size() == 1 && filled.get(0).kind() == DocumentKind.FILE;
  }

  public List<TextTask> tasks() {
    return tasks;
  }

  /**
   * Numbers of the tasks that read a document: several only for a file that was split.
   *
   * @param place start of the document
   */
  public List<Integer> tasksOf(DocumentPosition place) {
    int file = place.file();
    long offset = place.offset();
    int low = 0;
    int high = tasks.size() - 1;
    while (low < high) { // Finds the last task whose first slice is not after the place.
      int middle = (low + high + 1) >>> 1;
      TextSlice first = tasks.get(middle).slices().get(0);
      boolean after = first.file() > file || (first.file() == file && first.from() > offset);
      if (after) {
        high = middle - 1;
      } else {
        low = middle;
      }
    }
    List<Integer> found = new ArrayList<>(List.of(low));
    if (files.get(file).kind() == DocumentKind.FILE) {
      for (int next = low + 1; next < tasks.size() && begins(next, file); next++) {
        found.add(next);
      }
    }
    return found;
  }

  private boolean begins(int task, int file) {
    return tasks.get(task).slices().get(0).file() == file;
  }

  private static void cut(TextFile file, int number, long shardBytes, List<TextSlice> slices) {
    long length = file.length();
    if (length == 0) {
      return;
    }
    if (file.decoded()) {
      slices.add(new TextSlice(number, 0, Long.MAX_VALUE));
      return;
    }
    long count = Math.max(1, length / shardBytes + (length % shardBytes > shardBytes / 2 ? 1 : 0));
    if (slices.size() + count > MOST_SLICES) {
      throw new InputException(
          "--shard-size must yield at most "
              + MOST_SLICES
              + " tasks: "
              + shardBytes
              + " bytes yield more");
    }
    long each = length / count;
    long rest = length % count;
    for (long i = 0; i < count; i++) {
      long from = i * each + Math.min(i, rest);
      slices.add(new TextSlice(number, from, from + each + (i < rest ? 1 : 0)));
    }
  }

  private static List<TextTask> gather(
      List<TextFile> files, List<TextSlice> slices, long shardBytes) {
    List<TextTask> tasks = new ArrayList<>();
    List<TextSlice> current = new ArrayList<>();
    long bytes = 0;
    for (TextSlice slice : slices) {
      long size = Math.min(slice.to() - slice.from(), files.get(slice.file()).length());
      if (!current.isEmpty() && bytes + size > shardBytes) {
        tasks.add(new TextTask(tasks.size(), current));
        current = new ArrayList<>();
        bytes = 0;
      }
      current.add(slice);
      bytes += size;
    }
    tasks.add(new TextTask(tasks.size(), current));
    return List.copyOf(tasks);
  }
}
