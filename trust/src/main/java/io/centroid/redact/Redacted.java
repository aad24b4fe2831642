package io.centroid.redact;

import io.centroid.redact.detect.Kind;
import java.util.Map;
import java.util.Optional;

/**
 * A redacted document.
 *
 * @param text the document with replacements; empty if it is dropped
 * @param counts number of findings by kind, of a dropped document too; kinds without any are absent
 */
public record Redacted(Optional<String> text, Map<Kind, Integer> counts) {}
