package io.centroid.spark.text;

/** Where a corpus's tokenizer comes from. */
public sealed interface TokenizerChoice {

  /** As the corpus's manifest names it. */
  String kind();

  /** A folder of tokenizer files, on any Hadoop file system. */
  record Files(String folder) implements TokenizerChoice {
    @Override
    public String kind() {
      return "files";
    }
  }

  /** Each character of the corpus is a token. */
  record Characters() implements TokenizerChoice {
    @Override
    public String kind() {
      return "characters";
    }
  }

  /**
   * Byte-level BPE learned from the corpus.
   *
   * @param vocabulary size that it shall have
   * @param minimumCount pairs that are rarer are not merged
   */
  record Bpe(int vocabulary, int minimumCount) implements TokenizerChoice {
    @Override
    public String kind() {
      return "bpe";
    }
  }
}
