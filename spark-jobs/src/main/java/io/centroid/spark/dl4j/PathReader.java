package io.centroid.spark.dl4j;

import io.centroid.InputException;
import io.centroid.spark.JavaSerialized;
import java.io.IOException;
import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.broadcast.Broadcast;
import org.datavec.spark.util.SerializableHadoopConfig;
import org.deeplearning4j.spark.data.loader.RemoteFileSource;
import org.nd4j.common.loader.Loader;
import org.nd4j.common.loader.Source;
import org.nd4j.linalg.dataset.MultiDataSet;

/** Loads elements from files where the worker's data is put together, with the user's loader. */
record PathReader(
    MultiLoader loader, Broadcast<JavaSerialized<SerializableHadoopConfig>> configuration)
    implements Dealing.Decoder {

  /** A loader's data as DL4J's networks with several inputs take it. */
  interface MultiLoader extends Serializable {
    org.nd4j.linalg.dataset.api.MultiDataSet load(Source source) throws IOException;
  }

  /** The loader of single data sets behind the other interface. */
  static MultiLoader single(Loader<org.nd4j.linalg.dataset.DataSet> loader) {
    return source -> loader.load(source).toMultiDataSet();
  }

  @Override
  public MultiDataSet read(byte[] bytes) {
    String path = new String(bytes, StandardCharsets.UTF_8);
    try {
      FileSystem files =
          new Path(path).getFileSystem(configuration.value().value().getConfiguration());
      return ElementBytes.read(ElementBytes.of(loader.load(new RemoteFileSource(path, files))));
    } catch (IOException | RuntimeException e) {
      throw new InputException(path + " cannot be loaded: " + e.getMessage(), e);
    }
  }
}
