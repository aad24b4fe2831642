package io.centroid.nn;

import io.centroid.io.HadoopFiles;
import java.util.Optional;

/** A network with its parameters in a file of an engine's own format. */
public interface StoredNetwork {

  /** The file, for messages. */
  String place();

  Architecture architecture();

  /**
   * Reads the parameters, in the layout's order.
   *
   * @param count number of parameters of the network
   * @throws io.centroid.InputException if the file holds others, or was changed since it was opened
   */
  float[] parameters(HadoopFiles files, long count);

  /** One line on the file's format and hash. */
  String description();

  /** What was not read and how it affects the training; empty if everything was read. */
  Optional<String> remark();
}
