"""Steps named NNNN_what_it_does.py, from 0001, each with `async def apply(transaction: Transaction) -> None`."""
