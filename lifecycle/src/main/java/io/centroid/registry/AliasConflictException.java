package io.centroid.registry;

import io.centroid.InputErrors;
import io.centroid.ReportedException;

/**
 * An alias does not stand where its mover thought it did: somebody moved it first. Nothing was
 * changed; the message is one line.
 */
public final class AliasConflictException extends ReportedException {
  private static final long serialVersionUID = 1L;

  public AliasConflictException(String message) {
    super(InputErrors.oneLine(message));
  }
}
