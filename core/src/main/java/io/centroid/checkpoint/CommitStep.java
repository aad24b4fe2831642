package io.centroid.checkpoint;

import io.centroid.io.storage.CommitProtocol;

/** Crash points of a commit: what a reader sees changes only between them. */
public enum CommitStep {
  /** The tensors are on disk, the manifest is not. */
  AFTER_FILES,

  /** The manifest is on disk, which is the commit under {@link CommitProtocol#MANIFEST_LAST}. */
  AFTER_MANIFEST,

  /** The folder has its name, which is the commit under {@link CommitProtocol#RENAME}. */
  AFTER_RENAME;

  /** Receives each point as the commit passes it. */
  public interface Observer {
    Observer NONE = step -> {};

    void passed(CommitStep step);
  }
}
