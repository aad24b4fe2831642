package io.centroid.redact;

import io.centroid.redact.detect.Detection.Span;
import java.util.List;

/**
 * A document of the generated corpus.
 *
 * @param spans where its personal data are
 */
record LabeledText(String text, List<Span> spans) {}
