package io.centroid.cli;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * A TCP proxy from 127.0.0.2 to the same port of 127.0.0.1 that records each direction of each
 * connection.
 */
final class RecordingProxy implements AutoCloseable {
  private static final String ADDRESS = "127.0.0.2";

  private final ServerSocket server;
  private final List<ByteArrayOutputStream> streams = new CopyOnWriteArrayList<>();
  private final List<Socket> sockets = new CopyOnWriteArrayList<>();

  RecordingProxy() throws IOException {
    server = new ServerSocket(0, 50, InetAddress.getByName(ADDRESS));
    thread(this::accept);
  }

  static String address() {
    return ADDRESS;
  }

  int port() {
    return server.getLocalPort();
  }

  /** True if these bytes were transferred contiguously. */
  boolean saw(byte[] pattern) {
    return streams.stream().anyMatch(stream -> contains(stream.toByteArray(), pattern));
  }

  long bytes() {
    return streams.stream().mapToLong(ByteArrayOutputStream::size).sum();
  }

  static boolean contains(byte[] text, byte[] pattern) {
    for (int start = 0; start <= text.length - pattern.length; start++) {
      int matched = 0;
      while (matched < pattern.length && text[start + matched] == pattern[matched]) {
        matched++;
      }
      if (matched == pattern.length) {
        return true;
      }
    }
    return false;
  }

  private void accept() throws IOException {
    while (true) {
      Socket near = server.accept();
      Socket far = new Socket();
      far.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port()));
      sockets.addAll(List.of(near, far));
      thread(() -> copy(near, far));
      thread(() -> copy(far, near));
    }
  }

  private void copy(Socket from, Socket to) throws IOException {
    ByteArrayOutputStream kept = new ByteArrayOutputStream();
    streams.add(kept);
    try (from;
        to) {
      InputStream in = from.getInputStream();
      OutputStream out = to.getOutputStream();
      byte[] buffer = new byte[1 << 16];
      for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
        kept.write(buffer, 0, read);
        out.write(buffer, 0, read);
      }
    }
  }

  private interface Task {
    void run() throws IOException;
  }

  private static void thread(Task task) {
    Thread thread =
        new Thread(
            () -> {
              try {
                task.run();
              } catch (IOException closed) {
                // The connection or the proxy was closed.
              }
            });
    thread.setDaemon(true);
    thread.start();
  }

  @Override
  public void close() throws IOException {
    server.close();
    for (Socket socket : sockets) {
      socket.close();
    }
  }
}
