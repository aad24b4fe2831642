package io.centroid.cli;

import io.centroid.InputException;
import io.centroid.data.HadoopFiles;
import io.centroid.retrain.Exporter;
import io.centroid.run.ModelExport;
import io.centroid.run.TrainedModel;
import java.io.IOException;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.Consumer;
import org.apache.hadoop.fs.Path;

/** The forms that {@code export} writes, for {@code retrain}. */
record ModelExports(HadoopFiles files, Consumer<String> notes) implements Exporter {
  @Override
  public void export(String form, Path checkpoint, List<String> data, Path folder)
      throws IOException {
    TrainedModel model = TrainedModel.load(files, checkpoint.toString(), false);
    if (!form.equals("huggingface")) {
      throw new InputException("retrain.exports must hold huggingface alone: " + form);
    }
    notes.accept("exporting to " + folder);
    ModelExport.huggingFace(files, model, folder, true, OptionalLong.empty());
  }
}
