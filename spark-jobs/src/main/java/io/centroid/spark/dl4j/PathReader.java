package io.centroid.spark.dl4j;

import io.centroid.InputException;
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

/** Loads elements from files where the worker's data is put together, with the user's loader. */
record PathReader(MultiLoader loader, HadoopFiles files) implements Dealing.Decoder {

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
      var source = new RemoteFileSource(path, files.fileSystem(files.path(path)));
      return ElementBytes.read(ElementBytes.of(loader.load(source)));
    } catch (IOException e) {
      throw failure(path, e);
    } catch (UncheckedIOException e) {
      throw failure(path, Objects.requireNonNull(e.getCause()));
    } catch (RuntimeException e) {
      throw unreadable(path, e);
    }
  }

  /** A lost connection is worth another try; a file that is missing or too short is not. */
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
