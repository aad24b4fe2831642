package io.centroid.export;

import io.centroid.data.HadoopFiles;
import io.centroid.data.NewFolder;
import io.centroid.huggingface.ModelContents;
import io.centroid.huggingface.ModelWriter;
import io.centroid.kernels.FloatVector;
import io.centroid.model.Architecture;
import io.centroid.model.Engines;
import io.centroid.run.ModelExport;
import io.centroid.run.TrainedModel;
import java.io.IOException;
import java.util.OptionalLong;
import org.apache.hadoop.fs.Path;

/** A GPT-2 as {@code transformers} reads it, read back by our own reader. */
final class HuggingFaceFormat implements ExportFormat {
  private final ModelContents contents;
  private final OptionalLong shardBytes;

  HuggingFaceFormat(TrainedModel model, OptionalLong shardBytes) throws IOException {
    this.contents = ModelExport.huggingFace(model);
    this.shardBytes = shardBytes;
  }

  @Override
  public void write(NewFolder.Target target) throws IOException {
    ModelWriter.writeInto(target, contents, shardBytes);
  }

  @Override
  public Outputs open(HadoopFiles files, Path folder) throws IOException {
    TrainedModel read = TrainedModel.load(files, folder.toString(), false, Engines.CPU);
    float[] parameters = read.parameters();
    if (read.network().architecture() instanceof Architecture.Gpt2 gpt2 && !gpt2.classifies()) {
      FloatVector vector = FloatVector.allocate(parameters.length);
      vector.load(parameters);
      return LanguageOutputs.of(gpt2.config(), vector);
    }
    return LearnerOutputs.of(read.network(), read.normalisation(), parameters);
  }
}
