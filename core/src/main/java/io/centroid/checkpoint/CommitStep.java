package io.centroid.checkpoint;

/** The points of a commit at which a process may die; what a reader sees differs only between. */
enum CommitStep {
  /** The tensors are on disk, the manifest is not. */
  AFTER_FILES,

  /** The manifest is on disk; under {@link CommitProtocol#MANIFEST_LAST} this is the commit. */
  AFTER_MANIFEST,

  /** The folder has its name; only reached under {@link CommitProtocol#RENAME}. */
  AFTER_RENAME;

  /** Told of each point as it is passed. */
  interface Observer {
    Observer NONE = step -> {};

    void passed(CommitStep step);
  }
}
