"""What the directory gives away: pictures and reports. Made of types and analyses; writes nothing."""
