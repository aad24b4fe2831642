package io.centroid.text;

import io.centroid.random.RandomStream;

/**
 * Random texts of difficult input for tokenizers: spaces of all kinds, punctuation, scripts,
 * combining characters.
 */
public final class RandomTexts {
  private static final String[] PIECES = {
    " ",
    "  ",
    "\n",
    "\r\n",
    "\t",
    "\u00a0",
    "\u3000",
    "\u2028",
    "\u0085",
    "\u001d",
    "\0",
    "'s",
    "'T",
    "'ll",
    "'",
    "\u2019",
    "the",
    "The",
    " of",
    "zq",
    "ing",
    "INTER",
    "aaaa",
    "ab",
    "0",
    "12",
    "2024",
    "\u0663",
    "\u00b2",
    "\u216b",
    "\ud835\udfd8",
    "!",
    "...",
    "?!",
    "--------",
    "(",
    "\"",
    "$",
    "_",
    "\u20ac",
    "<|endoftext|>",
    "\u00e9",
    "e\u0301",
    "\u00df",
    "\u0130",
    "\u4f60",
    "\u597d",
    "\u0645\u0631",
    "\u0928\u094d",
    "\ud55c",
    "\u0e01\u0e33",
    "\ud83d\ude00",
    "\ud83d\udc69\u200d\ud83d\udcbb",
    "\ufe0f",
    "\u200b",
    "\ufeff",
    "\ufffd",
    "\ue000",
    "\udbff\udffd"
  };

  private RandomTexts() {}

  public static String next(RandomStream random, int mostPieces) {
    StringBuilder text = new StringBuilder();
    for (int left = 1 + random.nextInt(mostPieces); left > 0; left--) {
      text.append(PIECES[random.nextInt(PIECES.length)]);
    }
    return text.toString();
  }
}
