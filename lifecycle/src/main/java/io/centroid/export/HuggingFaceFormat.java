package io.centroid.export;

import io.centroid.export.verify.LanguageOutputs;
import io.centroid.export.verify.LearnerOutputs;
import io.centroid.export.verify.Outputs;
import io.centroid.huggingface.ModelContents;
import io.centroid.huggingface.ModelWriter;
import io.centroid.io.HadoopFiles;
import io.centroid.io.storage.AtomicDirectory;
import io.centroid.model.ModelExport;
import io.centroid.model.TrainedModel;
import io.centroid.nn.Architecture;
import io.centroid.nn.Engines;
import java.io.IOException;
import java.util.OptionalLong;
import org.apache.hadoop.fs.Path;

/** A GPT-2 in the format of {@code transformers}, read back by Centroid's reader. */
final class HuggingFaceFormat implements FormatWriter {
  private final ModelContents contents;
  private final OptionalLong shardBytes;

  HuggingFaceFormat(TrainedModel model, OptionalLong shardBytes) throws IOException {
    this.contents = ModelExport.huggingFace(model);
    this.shardBytes = shardBytes;
  }

  @Override
  public void write(AtomicDirectory.Draft target) throws IOException {
    ModelWriter.writeInto(target, contents, shardBytes);
  }

  @Override
  public Outputs open(HadoopFiles files, Path folder) throws IOException {
    TrainedModel read = TrainedModel.load(files, folder.toString(), false, Engines.CPU);
    float[] parameters = read.parameters();
    if (read.network().architecture() instanceof Architecture.Gpt2 gpt2 && !gpt2.classifies()) {
      return LanguageOutputs.of(gpt2.config(), parameters);
    }
    return LearnerOutputs.of(read.network(), read.normalization(), parameters);
  }
}
