package io.centroid.report;

import io.centroid.error.InputException;
import io.centroid.error.StorageFailure;
import io.centroid.io.HadoopFiles;
import io.centroid.io.storage.OutputFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.hadoop.fs.Path;

/** The report of one run, or the comparison of several, as one HTML file that needs no network. */
public final class RunReport {
  /** Name of the file in a run's folder. */
  public static final String FILE = "report.html";

  private RunReport() {}

  /**
   * Reads the runs and writes the report atomically. Parts that a run does not have, or that are
   * damaged, are left out; the report names the damaged ones.
   *
   * @param runs folders of at least one run
   * @param out file, which is replaced if it exists
   * @return remarks on damaged parts, one line each
   * @throws InputException if a folder is not one of a run, or {@code out} cannot be written;
   *     nothing is written then
   */
  public static List<String> write(HadoopFiles files, List<Path> runs, Path out)
      throws IOException {
    return write(files, runs, out, List.of(), false, Map.of());
  }

  /**
   * As above.
   *
   * @param remarks what the reader should know first, one line each
   * @param firstIsBest whether the first run is marked as the best
   * @param statuses statuses by name of the folder, where they are not those of the run itself
   */
  public static List<String> write(
      HadoopFiles files,
      List<Path> runs,
      Path out,
      List<String> remarks,
      boolean firstIsBest,
      Map<String, String> statuses)
      throws IOException {
    Set<String> labels = new HashSet<>();
    List<RunContent> contents = new ArrayList<>();
    List<String> notes = new ArrayList<>();
    for (Path run : runs) {
      RunContent content = RunContent.read(files, run, Optional.empty());
      contents.add(labels.add(content.label()) ? content : content.withLabel(content.place()));
      notes.addAll(notes(content));
    }
    write(files, Page.of(contents, remarks, firstIsBest, statuses), out);
    return notes;
  }

  /**
   * Writes the report of one run.
   *
   * @param metrics its metrics; empty to read them from its folder
   */
  static List<String> write(HadoopFiles files, Path run, Optional<MetricsSummary> metrics, Path out)
      throws IOException {
    RunContent content = RunContent.read(files, run, metrics);
    write(files, Page.of(List.of(content), List.of(), false, Map.of()), out);
    return notes(content);
  }

  private static List<String> notes(RunContent content) {
    return content.problems().stream().map(problem -> content.place() + "/" + problem).toList();
  }

  private static void write(HadoopFiles files, String text, Path out) throws IOException {
    byte[] page = text.getBytes(StandardCharsets.UTF_8);
    try {
      OutputFile.of(files, out, "the report").write(file -> file.write(page));
    } catch (IOException e) {
      if (StorageFailure.of(e).filter(StorageFailure::isTransient).isPresent()) {
        throw e;
      }
      throw new InputException("cannot write " + out + ": " + StorageFailure.explained(e), e);
    }
  }
}
