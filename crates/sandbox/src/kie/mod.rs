//! The KIE.ai simulator.
