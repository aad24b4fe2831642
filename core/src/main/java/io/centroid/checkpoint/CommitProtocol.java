package io.centroid.checkpoint;

import java.util.Locale;
import java.util.Set;

/** How a checkpoint becomes visible at once, which depends on what the store can do atomically. */
public enum CommitProtocol {
  /** The folder is written under a hidden name and renamed, where rename is atomic. */
  RENAME,

  /**
   * Files go to their final place and the manifest is put last, only if absent: for object stores,
   * whose rename is a copy. A folder without a manifest is no checkpoint.
   */
  MANIFEST_LAST;

  private static final Set<String> OBJECT_STORES =
      Set.of("s3", "s3a", "s3n", "gs", "wasb", "wasbs", "oss", "cosn", "swift", "obs");

  /** The protocol for a URI scheme such as {@code hdfs} or {@code s3a}. */
  public static CommitProtocol forScheme(String scheme) {
    return OBJECT_STORES.contains(scheme.toLowerCase(Locale.ROOT)) ? MANIFEST_LAST : RENAME;
  }
}
