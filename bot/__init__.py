"""Floor 5, front ends and assembly: translate, wire, nothing else."""
