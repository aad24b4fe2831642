package io.centroid.serve.http;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.centroid.error.InputErrors;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.handler.ErrorHandler;
import org.eclipse.jetty.util.Callback;

/** Writes Jetty's own errors as JSON, as the protocol specifies. */
final class Errors implements Request.Handler {

  static byte[] json(String message) {
    return JsonNodeFactory.instance
        .objectNode()
        .put("error", InputErrors.oneLine(message))
        .toString()
        .getBytes(StandardCharsets.UTF_8);
  }

  @Override
  public boolean handle(Request request, Response response, Callback callback) {
    int status = response.getStatus();
    Object message = request.getAttribute(ErrorHandler.ERROR_MESSAGE);
    byte[] body =
        json(message == null ? String.valueOf(HttpStatus.getMessage(status)) : message.toString());
    response.getHeaders().put(Headers.JSON);
    response.getHeaders().put(Headers.NO_SNIFFING);
    response.getHeaders().put(Headers.NOT_STORED);
    response.getHeaders().put(HttpHeader.CONTENT_LENGTH, body.length);
    response.write(true, ByteBuffer.wrap(body), callback);
    return true;
  }
}
