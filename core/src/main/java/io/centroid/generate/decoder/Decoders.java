package io.centroid.generate.decoder;

/** A model's weights as an engine decodes with them. Its decoders share them; it is thread-safe. */
public interface Decoders extends AutoCloseable {

  /** Creates a decoder, which the caller closes before the weights. */
  TokenDecoder decoder();

  @Override
  void close();
}
