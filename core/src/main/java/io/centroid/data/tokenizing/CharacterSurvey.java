package io.centroid.data.tokenizing;

import io.centroid.data.documents.DocumentPosition;
import io.centroid.data.documents.DocumentSink;
import io.centroid.data.documents.TextReader;
import java.util.BitSet;

/** Collects the distinct code points of a text. */
public final class CharacterSurvey {
  private CharacterSurvey() {}

  /** The code points of a reader's text; closes the reader. */
  public static BitSet of(TextReader reader) {
    Characters characters = new Characters();
    try (reader) {
      boolean more = true;
      while (more) {
        more = reader.next(characters);
      }
    }
    return characters.found;
  }

  private static final class Characters implements DocumentSink {
    private final BitSet found = new BitSet();

    @Override
    public boolean begin(DocumentPosition place, boolean head) {
      return true;
    }

    @Override
    public void piece(String text, long offset) {
      for (int i = 0; i < text.length(); ) {
        int codePoint = text.codePointAt(i);
        found.set(codePoint);
        i += Character.charCount(codePoint);
      }
    }

    @Override
    public void end(boolean complete) {
      // Document boundaries do not matter here.
    }
  }
}
