package io.centroid.checkpoint.safetensors;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.centroid.error.InputErrors;
import io.centroid.error.InputException;
import io.centroid.io.JsonInput;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A streaming parser of a safetensors header, so that a hostile header needs no more memory than
 * the tensors that it describes.
 */
final class SafetensorsHeaderParser {
  static final String METADATA_KEY = "__metadata__";

  private static final JsonFactory JSON = JsonInput.factory(8);

  private final String file;
  private final long dataBytes;
  private final List<TensorInfo> tensors = new ArrayList<>();
  private final Map<String, String> metadata = new LinkedHashMap<>();

  SafetensorsHeaderParser(String file, long dataBytes) {
    this.file = file;
    this.dataBytes = dataBytes;
  }

  List<TensorInfo> tensors() {
    return tensors;
  }

  Map<String, String> metadata() {
    return metadata;
  }

  void parse(byte[] json) {
    if (json.length == 0 || json[0] != '{') {
      String found = json.length == 0 ? "nothing" : "byte 0x%02x".formatted(json[0] & 0xff);
      throw InputErrors.of(file, "safetensors header at byte 8", "'{'", found);
    }
    try (JsonParser parser = JSON.createParser(JsonInput.reader(json))) {
      parser.nextToken();
      for (String name = parser.nextFieldName(); name != null; name = parser.nextFieldName()) {
        parser.nextToken();
        if (name.equals(METADATA_KEY)) {
          parseMetadata(parser);
        } else {
          tensors.add(parseTensor(name, parser));
        }
      }
      if (parser.nextToken() != null) {
        throw InputErrors.of(
            file, "after the safetensors header", "whitespace", JsonInput.found(parser));
      }
    } catch (IOException e) {
      throw JsonInput.parseError(file, "safetensors header ", e);
    }
  }

  private void parseMetadata(JsonParser parser) throws IOException {
    require(parser, JsonToken.START_OBJECT, METADATA_KEY, "an object of strings");
    for (String key = parser.nextFieldName(); key != null; key = parser.nextFieldName()) {
      parser.nextToken();
      require(
          parser,
          JsonToken.VALUE_STRING,
          METADATA_KEY + " key " + InputErrors.quote(key),
          "a string");
      metadata.put(key, parser.getText());
    }
  }

  private TensorInfo parseTensor(String name, JsonParser parser) throws IOException {
    String what = "tensor " + InputErrors.quote(name);
    require(parser, JsonToken.START_OBJECT, what, "an object");
    DType dtype = null;
    List<Long> shape = null;
    List<Long> offsets = null;
    for (String key = parser.nextFieldName(); key != null; key = parser.nextFieldName()) {
      parser.nextToken();
      switch (key) {
        case "dtype" -> dtype = parseDtype(parser, what);
        case "shape" -> shape = parseSizes(parser, what + " shape");
        case "data_offsets" -> offsets = parseSizes(parser, what + " data_offsets");
        default ->
            throw InputErrors.of(
                file, what, "keys dtype, shape and data_offsets", InputErrors.quote(key));
      }
    }
    return check(
        name,
        what,
        present(dtype, what, "dtype"),
        present(shape, what, "shape"),
        present(offsets, what, "data_offsets"));
  }

  private TensorInfo check(
      String name, String what, DType dtype, List<Long> shape, List<Long> offsets) {
    if (offsets.size() != 2) {
      throw InputErrors.of(
          file, what + " data_offsets", "two numbers", String.valueOf(offsets.size()));
    }
    long begin = offsets.get(0);
    long end = offsets.get(1);
    if (begin > end || end > dataBytes) {
      throw InputErrors.of(
          file,
          what + " data_offsets",
          "begin <= end <= " + dataBytes + " (bytes of data in the file)",
          offsets.toString());
    }
    long bytes;
    try {
      bytes = Math.multiplyExact(Shapes.elements(shape), dtype.bytes());
    } catch (ArithmeticException e) {
      throw InputErrors.of(file, what + " shape overflows: " + shape, e);
    }
    if (bytes != end - begin) {
      throw InputErrors.of(
          file,
          what + " shape " + shape + " of " + dtype,
          bytes + " bytes",
          (end - begin) + " bytes");
    }
    return new TensorInfo(name, dtype, shape, begin, end);
  }

  private DType parseDtype(JsonParser parser, String what) throws IOException {
    require(parser, JsonToken.VALUE_STRING, what + " dtype", "a string");
    String name = parser.getText();
    return DType.named(name)
        .orElseThrow(
            () ->
                InputErrors.of(
                    file, what + " dtype", "a known type such as F32", InputErrors.quote(name)));
  }

  private List<Long> parseSizes(JsonParser parser, String what) throws IOException {
    require(parser, JsonToken.START_ARRAY, what, "an array of integers");
    List<Long> sizes = new ArrayList<>();
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      require(parser, JsonToken.VALUE_NUMBER_INT, what, "integers");
      long size = parser.getLongValue();
      if (size < 0) {
        throw InputErrors.of(file, what, "no negative number", String.valueOf(size));
      }
      sizes.add(size);
    }
    return sizes;
  }

  private void require(JsonParser parser, JsonToken token, String what, String expected)
      throws IOException {
    if (parser.currentToken() != token) {
      throw InputErrors.of(file, what, expected, JsonInput.found(parser));
    }
  }

  private <T> T present(@Nullable T value, String what, String key) throws InputException {
    if (value == null) {
      throw InputErrors.of(file, what, "key " + key, "none");
    }
    return value;
  }
}
