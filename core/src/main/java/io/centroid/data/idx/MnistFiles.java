package io.centroid.data.idx;

import io.centroid.error.InputErrors;
import io.centroid.error.InputException;
import io.centroid.io.HadoopFiles;
import io.centroid.io.HadoopPath;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.Path;
import org.jspecify.annotations.Nullable;

/**
 * The files of MNIST or a similar set in one directory: any names with MNIST's endings ({@code
 * train-images-idx3-ubyte}, {@code emnist-letters-test-labels-idx1-ubyte.gz}, {@code
 * t10k-images.idx3-ubyte}, QMNIST's {@code qmnist-train-labels-idx2-int.gz}). A plain file takes
 * precedence over its gzipped form; any other duplicate is rejected.
 *
 * @param train training files
 * @param test test files; null if there are none; their labels may be missing
 * @param notes which gzipped files are not read, since plain ones are
 */
public record MnistFiles(IdxFiles train, @Nullable IdxFiles test, List<String> notes) {
  public MnistFiles {
    notes = List.copyOf(notes);
  }

  private static final String GZIP = ".gz";
  private static final Pattern NAME =
      Pattern.compile("(.*-ubyte|.*[-_.]idx[1-4]-" + ElementType.NAMES + ")(\\.gz)?");

  /** Whether a file's name is that of an IDX file. */
  public static boolean isIdx(String name) {
    return NAME.matcher(name).matches();
  }

  /** Finds the files in a directory. */
  public static MnistFiles in(HadoopFiles files, String directory) {
    Path path = files.path(directory);
    if (!files.status(path).isDirectory()) {
      throw new InputException(directory + ": is a file, expected a directory of MNIST's files");
    }
    List<String> names = new ArrayList<>();
    for (FileStatus entry : files.list(path)) {
      if (entry.isFile() && !entry.getPath().getName().startsWith(".")) {
        names.add(entry.getPath().getName());
      }
    }
    IdxFiles train =
        new IdxFiles(
            required(directory, names, "train", "images", "[34]"),
            required(directory, names, "train", "labels", "[12]"));
    String testImages = find(directory, names, "(t10k|test)", "images", "[34]");
    String testLabels = find(directory, names, "(t10k|test)", "labels", "[12]");
    if (testImages == null && testLabels != null) {
      throw new InputException(testLabels + ": test labels without test images");
    }
    List<String> notes = new ArrayList<>();
    for (String file : Arrays.asList(train.images(), train.labels(), testImages, testLabels)) {
      String name = file == null ? "" : HadoopPath.parse(file).getName();
      if (names.contains(name + GZIP)) {
        notes.add(InputErrors.oneLine(file + ": read, and " + name + GZIP + " next to it is not"));
      }
    }
    return new MnistFiles(
        train, testImages == null ? null : new IdxFiles(testImages, testLabels), notes);
  }

  private static String required(
      String directory, List<String> names, String part, String content, String dimensions) {
    String found = find(directory, names, part, content, dimensions);
    if (found == null) {
      throw new InputException(
          String.format(
              Locale.ROOT,
              "%s: no file that ends with %s-%s-idx%s-ubyte or %2$s-%3$s-idx%4$s-ubyte.gz",
              directory,
              part,
              content,
              dimensions.charAt(1)));
    }
    return found;
  }

  private static @Nullable String find(
      String directory, List<String> names, String part, String content, String dimensions) {
    Pattern ending =
        Pattern.compile(
            "(.*[-_.])?"
                + part
                + "-"
                + content
                + "[-.]idx"
                + dimensions
                + "-"
                + ElementType.NAMES
                + "(\\.gz)?");
    List<String> found =
        names.stream()
            .filter(name -> ending.matcher(name).matches())
            .filter(
                name ->
                    !name.endsWith(GZIP)
                        || !names.contains(name.substring(0, name.length() - GZIP.length())))
            .collect(Collectors.toList());
    if (found.size() > 1) {
      throw new InputException(
          directory + ": expected one file of " + part + " " + content + ", found " + found);
    }
    return found.isEmpty() ? null : HadoopPath.child(directory, found.get(0));
  }
}
