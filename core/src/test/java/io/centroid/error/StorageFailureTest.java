package io.centroid.error;

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
import org.apache.hadoop.net.NetUtils;
import org.apache.hadoop.security.AccessControlException;
import org.junit.jupiter.api.Test;

final class StorageFailureTest {

  @Test
  void classifiesNameNodeFailures() {
    assertThat(StorageFailure.of(new DSQuotaExceededException(1, 2)))
        .contains(StorageFailure.QUOTA);
    assertThat(
            StorageFailure.of(
                new RemoteException(
                    "org.apache.hadoop.hdfs.server.namenode.SafeModeException", "Cannot create")))
        .contains(StorageFailure.SAFE_MODE);
    assertThat(StorageFailure.of(new AccessControlException("user=a")))
        .contains(StorageFailure.PERMISSION);
    assertThat(
            StorageFailure.of(
                new RemoteException(
                    "java.io.IOException",
                    "File /a could only be written to 0 of the 1 minReplication nodes.")))
        .contains(StorageFailure.NO_DATANODE);
  }

  @Test
  void aRefusedConnectionIsExplainedByAddressAndReason() {
    IOException refused =
        NetUtils.wrapException(
            "namenode", 8020, "client", 0, new ConnectException("Connection refused"));
    assertThat(refused).hasMessageContaining("wiki");
    assertThat(StorageFailure.explained(refused))
        .isEqualTo(
            "namenode:8020: Connection refused; is the file system up? Run the same command again"
                + " once it is");
  }

  @Test
  void onlyFailuresThatPassAreTransient() {
    assertThat(StorageFailure.values())
        .filteredOn(StorageFailure::isTransient)
        .containsExactly(
            StorageFailure.SAFE_MODE,
            StorageFailure.NO_DATANODE,
            StorageFailure.BLOCK_MISSING,
            StorageFailure.UNREACHABLE);
  }

  @Test
  void classifiesLocalDiskFailures() throws IOException {
    Path full = new Path("file:///dev/full");
    assumeTrue(Files.exists(java.nio.file.Path.of("/dev/full")), "there is a /dev/full");
    RawLocalFileSystem disk = new RawLocalFileSystem();
    disk.initialize(full.toUri(), new Configuration());
    FSDataOutputStream out = disk.create(full, true);
    out.write(1);
    FSError error = catchThrowableOfType(FSError.class, out::close);
    assertThat(StorageFailure.of(error)).contains(StorageFailure.FULL);
    IOException failure = StorageFailure.ofLocalDisk(error);
    assertThat(failure).hasMessage("No space left on device");
    assertThat(StorageFailure.explained(new UncheckedIOException(failure)))
        .isEqualTo("No space left on device; " + StorageFailure.FULL.advice());
  }

  @Test
  void findsTheCauseAndReportsItsFirstLine() {
    IOException refused =
        new IOException(
            "cannot commit: refused\n\tat org.apache.hadoop.Server",
            new ConnectException("refused"));
    RuntimeException thrown = new RuntimeException(new UncheckedIOException(refused));
    assertThat(StorageFailure.of(thrown)).contains(StorageFailure.UNREACHABLE);
    assertThat(StorageFailure.reason(thrown)).isEqualTo("cannot commit: refused");
  }

  @Test
  void doesNotClassifyOtherFailures() {
    assertThat(StorageFailure.of(new IOException("odd"))).isEmpty();
    assertThat(StorageFailure.of(new IllegalStateException("No space left on device"))).isEmpty();
    assertThat(StorageFailure.explained(new IOException("odd"))).isEqualTo("odd");
    assertThat(StorageFailure.reason(new IOException())).isEqualTo("IOException");
  }
}
