package io.centroid.data.download;

/** A listener for download progress; called often, from the receiving thread. */
@FunctionalInterface
public interface DownloadProgress {

  /** A listener that does nothing. */
  DownloadProgress NONE = (file, bytes, total) -> {};

  /**
   * Called when bytes arrive.
   *
   * @param file name of the file
   * @param bytes number of bytes received, including earlier attempts
   * @param total size of the file in bytes; -1 if unknown
   */
  void received(String file, long bytes, long total);
}
