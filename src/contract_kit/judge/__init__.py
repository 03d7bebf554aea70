"""The judge: the contract document, its compiled schemas, and what runs the rules over an exchange."""
