package io.centroid.spark.text;

/** Source of a corpus's tokenizer. */
public sealed interface TokenizerChoice {

  /** Name of the kind in the corpus manifest. */
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
   * A byte-level BPE tokenizer trained on the corpus.
   *
   * @param vocabulary target vocabulary size
   * @param minimumCount minimum frequency of a pair to be merged
   */
  record Bpe(int vocabulary, int minimumCount) implements TokenizerChoice {
    @Override
    public String kind() {
      return "bpe";
    }
  }
}
