//! A port that is nobody's until the test says so.

use std::net::{Ipv4Addr, SocketAddr};

use socket2::{Domain, Socket, Type};

/// A loopback port that is held and not listened on: who calls is refused, and no other test is given it. A server that
/// is told this very port can listen on it all the same.
///
/// A port that was free a moment ago is no such thing: whoever binds next, in any thread, may get it.
pub(crate) struct Held {
    _socket: Socket,
    pub(crate) addr: SocketAddr,
}

impl Held {
    pub(crate) fn new() -> Self {
        let socket = Socket::new(Domain::IPV4, Type::STREAM, None).expect("a socket");
        // What lets a server in that names the port; servers set it, too.
        socket.set_reuse_address(true).expect("an option");
        socket.bind(&SocketAddr::from((Ipv4Addr::LOCALHOST, 0)).into()).expect("a port");
        let addr = socket.local_addr().expect("an address").as_socket().expect("an address of IP");
        Self { _socket: socket, addr }
    }
}
