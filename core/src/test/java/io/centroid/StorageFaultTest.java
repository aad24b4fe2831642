package io.centroid;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.nio.file.Files;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FSError;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RawLocalFileSystem;
import org.apache.hadoop.hdfs.protocol.DSQuotaExceededException;
import org.apache.hadoop.ipc.RemoteException;
import org.apache.hadoop.security.AccessControlException;
import org.junit.jupiter.api.Test;

final class StorageFaultTest {

  @Test
  void knowsWhatANameNodeRefuses() {
    assertThat(StorageFault.of(new DSQuotaExceededException(1, 2))).contains(StorageFault.QUOTA);
    assertThat(
            StorageFault.of(
                new RemoteException(
                    "org.apache.hadoop.hdfs.server.namenode.SafeModeException", "Cannot create")))
        .contains(StorageFault.SAFE_MODE);
    assertThat(StorageFault.of(new AccessControlException("user=a")))
        .contains(StorageFault.PERMISSION);
    assertThat(
            StorageFault.of(
                new RemoteException(
                    "java.io.IOException",
                    "File /a could only be written to 0 of the 1 minReplication nodes.")))
        .contains(StorageFault.NO_DATANODE);
  }

  @Test
  void knowsWhatALocalDiskRefuses() throws IOException {
    Path full = new Path("file:///dev/full");
    assumeTrue(Files.exists(java.nio.file.Path.of("/dev/full")), "there is a /dev/full");
    RawLocalFileSystem disk = new RawLocalFileSystem();
    disk.initialize(full.toUri(), new Configuration());
    FSDataOutputStream out = disk.create(full, true);
    out.write(1);
    FSError error = catchThrowableOfType(FSError.class, out::close);
    assertThat(StorageFault.of(error)).contains(StorageFault.FULL);
    IOException failure = StorageFault.ofLocalDisk(error);
    assertThat(failure).hasMessage("No space left on device");
    assertThat(StorageFault.explained(new UncheckedIOException(failure)))
        .isEqualTo("No space left on device; " + StorageFault.FULL.advice());
  }

  @Test
  void findsTheCauseAndTellsItsFirstLine() {
    IOException refused =
        new IOException(
            "cannot commit: refused\n\tat org.apache.hadoop.Server",
            new ConnectException("refused"));
    RuntimeException thrown = new RuntimeException(new UncheckedIOException(refused));
    assertThat(StorageFault.of(thrown)).contains(StorageFault.UNREACHABLE);
    assertThat(StorageFault.reason(thrown)).isEqualTo("cannot commit: refused");
  }

  @Test
  void knowsNothingOfOtherFailures() {
    assertThat(StorageFault.of(new IOException("odd"))).isEmpty();
    assertThat(StorageFault.of(new IllegalStateException("No space left on device"))).isEmpty();
    assertThat(StorageFault.explained(new IOException("odd"))).isEqualTo("odd");
    assertThat(StorageFault.reason(new IOException())).isEqualTo("IOException");
  }
}
