package io.centroid.spark.dl4j;

import io.centroid.error.InputException;
import io.centroid.io.HadoopFiles;
import java.io.EOFException;
import java.io.IOException;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import org.deeplearning4j.spark.data.loader.RemoteFileSource;
import org.nd4j.common.loader.Loader;
import org.nd4j.common.loader.Source;
import org.nd4j.linalg.dataset.MultiDataSet;

/** Loads elements from file paths on the executors, with the user's loader. */
record PathReader(MultiLoader loader, HadoopFiles files) implements RoundRobinSharding.Decoder {

  /** Loads a MultiDataSet from a file. */
  interface MultiLoader extends Serializable {
    org.nd4j.linalg.dataset.api.MultiDataSet load(Source source) throws IOException;
  }

  /** Adapts a loader of DataSets. */
  static MultiLoader single(Loader<org.nd4j.linalg.dataset.DataSet> loader) {
    return source -> loader.load(source).toMultiDataSet();
  }

  @Override
  public MultiDataSet read(byte[] bytes) {
    String path = new String(bytes, StandardCharsets.UTF_8);
    try {
      var source = new RemoteFileSource(path, files.fileSystem(files.path(path)));
      return ElementBytes.read(ElementBytes.of(loader.load(source)));
    } catch (IOException e) {
      throw failure(path, e);
    } catch (UncheckedIOException e) {
      throw failure(path, Objects.requireNonNull(e.getCause()));
    } catch (RuntimeException e) {
      // Loaders often wrap the IOException of a failed read.
      for (Throwable cause = e.getCause(); cause != null; cause = cause.getCause()) {
        if (cause instanceof IOException failed) {
          throw failure(path, failed);
        }
      }
      throw unreadable(path, e);
    }
  }

  /** A lost connection is retried; a missing or truncated file is not. */
  private RuntimeException failure(String path, IOException e) {
    RuntimeException failure = HadoopFiles.failure(files.path(path), e);
    return failure instanceof InputException || e instanceof EOFException
        ? unreadable(path, e)
        : failure;
  }

  private static InputException unreadable(String path, Exception e) {
    return new InputException(path + " cannot be loaded: " + e.getMessage(), e);
  }
}
