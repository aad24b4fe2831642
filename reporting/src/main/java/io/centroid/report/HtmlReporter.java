package io.centroid.report;

import io.centroid.run.metrics.ReportedRun;
import io.centroid.run.metrics.RunReporter;
import io.centroid.run.metrics.RunResult;
import io.centroid.train.TrainState;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.fs.Path;

/** Writes {@code report.html} into the run's folder when the run is finished. */
public final class HtmlReporter implements RunReporter.Factory {
  @Override
  public String name() {
    return RunReport.FILE;
  }

  @Override
  public Optional<RunReporter> open(ReportedRun run, TrainState start) {
    return run.config().report().html() ? Optional.of(new AtTheEnd(run)) : Optional.empty();
  }

  private record AtTheEnd(ReportedRun run) implements RunReporter {
    @Override
    public void onResult(RunResult result) throws IOException {
      Path out = new Path(run.directory(), RunReport.FILE);
      RunReport.write(run.files(), List.of(run.directory()), out)
          .forEach(note -> run.notes().accept(RunReport.FILE + ": " + note));
    }
  }
}
