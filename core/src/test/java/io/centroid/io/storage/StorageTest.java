package io.centroid.io.storage;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FileAlreadyExistsException;
import org.apache.hadoop.fs.FilterFileSystem;
import org.apache.hadoop.fs.RawLocalFileSystem;
import org.apache.hadoop.fs.permission.FsPermission;
import org.apache.hadoop.hdfs.protocol.AlreadyBeingCreatedException;
import org.apache.hadoop.ipc.RemoteException;
import org.apache.hadoop.util.Progressable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class StorageTest {
  @TempDir private Path folder;

  /** HDFS reports a file that another client still writes by an error of its own. */
  @Test
  void aFileThatAnotherProcessWritesExists() throws IOException {
    Configuration configuration = new Configuration();
    configuration.set("fs.writing.impl", WritingFileSystem.class.getName());
    var file = new org.apache.hadoop.fs.Path("writing://" + folder + "/lease");
    Storage storage = Storage.of(file, configuration);
    for (IOException reported :
        new IOException[] {
          new RemoteException(AlreadyBeingCreatedException.class.getName(), "by DFSClient_1"),
          new AlreadyBeingCreatedException("by DFSClient_1")
        }) {
      WritingFileSystem.reported = reported;
      assertThatThrownBy(() -> storage.createNew(file, new byte[1]))
          .isInstanceOf(FileAlreadyExistsException.class)
          .hasCause(reported);
      assertThatThrownBy(() -> storage.write(file, out -> {}))
          .isInstanceOf(FileAlreadyExistsException.class);
    }
    WritingFileSystem.reported = new RemoteException("a.B", "another error");
    assertThatThrownBy(() -> storage.createNew(file, new byte[1]))
        .isSameAs(WritingFileSystem.reported);
  }

  /** A file system in which every file is being written. */
  public static final class WritingFileSystem extends FilterFileSystem {
    private static IOException reported = new IOException();

    public WritingFileSystem() {
      super(new RawLocalFileSystem());
    }

    @Override
    public String getScheme() {
      return "writing";
    }

    @Override
    public URI getUri() {
      return URI.create("writing:///");
    }

    @Override
    public FSDataOutputStream create(
        org.apache.hadoop.fs.Path path,
        FsPermission permission,
        boolean overwrite,
        int bufferSize,
        short replication,
        long blockSize,
        Progressable progress)
        throws IOException {
      throw reported;
    }
  }
}
