package io.centroid.serve.engine;

import io.centroid.data.HadoopFiles;
import io.centroid.onnx.OnnxModel;
import org.apache.hadoop.fs.Path;

/**
 * Loads exports into ONNX Runtime.
 *
 * @param threads that compute one run
 */
public record OnnxLoader(HadoopFiles files, int threads) implements ModelLoader {

  @Override
  public ServedModel load(String name, ModelSource.Candidate candidate) {
    Path folder = files.path(candidate.folder());
    ExportFolder.read(files, folder).verify(files);
    OnnxModel model = OnnxModel.open(files, new Path(folder, OnnxModel.FILE), threads);
    try {
      return new OnnxServedModel(model, name, candidate.version());
    } catch (RuntimeException e) {
      model.close();
      throw e;
    }
  }
}
