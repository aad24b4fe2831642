package io.centroid.checkpoint;

import io.centroid.io.storage.CommitProtocol;

/** The points of a commit at which a process may die; what a reader sees differs only between. */
public enum CommitStep {
  /** The tensors are on disk, the manifest is not. */
  AFTER_FILES,

  /** The manifest is on disk, which is the commit under {@link CommitProtocol#MANIFEST_LAST}. */
  AFTER_MANIFEST,

  /** The folder has its name, which is the commit under {@link CommitProtocol#RENAME}. */
  AFTER_RENAME;

  /** Told of each point as it is passed. */
  public interface Observer {
    Observer NONE = step -> {};

    void passed(CommitStep step);
  }
}
