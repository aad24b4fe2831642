package io.centroid.tracking;

import io.centroid.error.InputException;
import io.centroid.error.StorageFailure;
import io.centroid.run.metrics.MetricsReader;
import io.centroid.run.metrics.MetricsReader.Line;
import io.centroid.run.metrics.MetricsRow;
import io.centroid.run.metrics.ReportedRun;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.fs.Path;

/**
 * Reads what a server lacks from {@code metrics.jsonl}. A rollback may replace the file meanwhile:
 * then what it undoes is either sent before the rollback, or not at all.
 */
final class Backfill {
  private final ReportedRun run;
  private final ServerNotes notes;

  Backfill(ReportedRun run, ServerNotes notes) {
    this.run = run;
    this.notes = notes;
  }

  /** Takes rows in order. */
  interface Target {
    void send(List<Row> rows) throws IOException;
  }

  /** Time of the first round or evaluation, or an earlier one. */
  Instant first(Instant other) throws IOException {
    try (InputStream stream = run.files().open(new Path(run.directory(), "metrics.jsonl"))) {
      MetricsReader lines = new MetricsReader(stream);
      for (Line line = lines.next(); line != null; line = lines.next()) {
        Row row = line.row().flatMap(parsed -> Row.of(0, parsed, other)).orElse(null);
        if (row instanceof Row.Measured measured) {
          return Instant.ofEpochMilli(Math.min(measured.millis(), other.toEpochMilli()));
        }
      }
    } catch (InputException | FileNotFoundException e) {
      return other;
    }
    return other;
  }

  /**
   * Sends the rows between two positions.
   *
   * @param after position that the server has
   * @param last last position to send
   * @param mostPoints metric values in a batch
   */
  void send(Position after, Position last, int mostPoints, Target target) throws IOException {
    List<Row> batch = new ArrayList<>();
    int points = 0;
    int rollbacks = 0;
    Instant time = Instant.now();
    Path file = new Path(run.directory(), "metrics.jsonl");
    try (InputStream stream = run.files().open(file)) {
      MetricsReader lines = new MetricsReader(stream);
      for (Line line = lines.next(); line != null; line = lines.next()) {
        Optional<MetricsRow> parsed = line.row();
        Row row = parsed.isEmpty() ? null : Row.of(rollbacks, parsed.get(), time).orElse(null);
        if (row == null) {
          continue;
        }
        rollbacks = row.position().rollbacks();
        if (row.position().compareTo(after) <= 0 || row.position().compareTo(last) > 0) {
          continue;
        }
        if (points + row.points() > mostPoints) {
          target.send(batch);
          batch = new ArrayList<>();
          points = 0;
        }
        batch.add(row);
        points += row.points();
      }
    } catch (InputException | FileNotFoundException e) {
      notes.add("gets no earlier metrics: " + StorageFailure.reason(e));
    }
    target.send(batch);
  }
}
