package io.centroid.data.download;

/** Told how a download goes on; called often, from the thread that receives. */
@FunctionalInterface
public interface DownloadProgress {

  /** A listener that does nothing. */
  DownloadProgress NONE = (file, bytes, total) -> {};

  /**
   * @param file name of the file
   * @param bytes how many bytes of it are here, those of an earlier attempt included
   * @param total how many it has, -1 if the server does not say
   */
  void received(String file, long bytes, long total);
}
